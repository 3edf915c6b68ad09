/*
 * The terminal's side of PACE by libeac (OpenPACE), for tests: pace-terminal EF.CARDACCESS(hex) can|mrz PASSWORD
 * It writes what it sends and reads what the card answers, each a line of hexadecimal text, in this order:
 *   reads the encrypted nonce, writes its mapping key, reads the card's, writes its ephemeral key, reads the card's,
 *   writes its token, reads the card's; then writes "ok", with status 0, or "refused", with status 1.
 */
#include <eac/eac.h>
#include <eac/pace.h>
#include <openssl/buffer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *step) {
  fprintf(stderr, "libeac: %s\n", step);
  exit(2);
}

static BUF_MEM *from_hex(const char *text) {
  size_t length = strspn(text, "0123456789ABCDEF") / 2;
  BUF_MEM *bytes = BUF_MEM_new();
  if (bytes == NULL || !BUF_MEM_grow(bytes, length)) fail("no memory");
  for (size_t i = 0; i < length; i++) {
    unsigned int byte;
    if (sscanf(text + 2 * i, "%2x", &byte) != 1) fail("no hexadecimal text");
    bytes->data[i] = (char)byte;
  }
  return bytes;
}

static BUF_MEM *receive(void) {
  static char line[8192];
  if (fgets(line, sizeof line, stdin) == NULL) fail("the card's answer is missing");
  return from_hex(line);
}

static void send_bytes(const BUF_MEM *bytes, const char *step) {
  if (bytes == NULL) fail(step);
  for (size_t i = 0; i < bytes->length; i++) printf("%02X", (unsigned char)bytes->data[i]);
  printf("\n");
  fflush(stdout);
}

int main(int argc, char **argv) {
  if (argc != 4) fail("three arguments are needed");
  EAC_init();
  EAC_CTX *context = EAC_CTX_new();
  BUF_MEM *access = from_hex(argv[1]);
  if (!EAC_CTX_init_ef_cardaccess((unsigned char *)access->data, access->length, context)) fail("EF.CardAccess");
  enum s_type kind = strcmp(argv[2], "can") == 0 ? PACE_CAN : PACE_MRZ;
  PACE_SEC *secret = PACE_SEC_new(argv[3], strlen(argv[3]), kind);
  if (secret == NULL) fail("password");

  if (!PACE_STEP2_dec_nonce(context, secret, receive())) fail("nonce");
  send_bytes(PACE_STEP3A_generate_mapping_data(context), "mapping key");
  if (!PACE_STEP3A_map_generator(context, receive())) fail("mapping");
  send_bytes(PACE_STEP3B_generate_ephemeral_key(context), "ephemeral key");
  BUF_MEM *card_key = receive();
  if (!PACE_STEP3B_compute_shared_secret(context, card_key)) fail("shared secret");
  if (!PACE_STEP3C_derive_keys(context)) fail("session keys");
  send_bytes(PACE_STEP3D_compute_authentication_token(context, card_key), "token");
  int verified = PACE_STEP3D_verify_authentication_token(context, receive()) == 1;
  puts(verified ? "ok" : "refused");
  return verified ? 0 : 1;
}
