declare module '*?base64' {
  /** The file in Base64 (see vite.config.ts). */
  const text: string;
  export default text;
}
