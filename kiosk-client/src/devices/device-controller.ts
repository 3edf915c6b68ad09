/** The way to the device service. `replaced`: another page took its place. `refused`: the page's token is from an earlier start. */
export type DeviceLink = 'connecting' | 'open' | 'lost' | 'replaced' | 'refused';
