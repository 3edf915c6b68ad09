/*
 * The calls of libnfc that mrtdreader uses, answered by the first PC/SC reader that has a card: preloaded, it puts
 * mrtdreader on any reader of the pcscd that PCSCLITE_CSOCK_NAME names.
 */
#include <nfc/nfc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winscard.h>

static SCARDCONTEXT service;
static SCARDHANDLE card;

void nfc_init(nfc_context **context) {
  *context = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &service) == SCARD_S_SUCCESS ? (void *)&service : NULL;
}

void nfc_exit(nfc_context *context) {
  (void)context;
  SCardReleaseContext(service);
}

size_t nfc_list_devices(nfc_context *context, nfc_connstring strings[], size_t length) {
  (void)context;
  if (length > 0) strcpy(strings[0], "pcsc");
  return length > 0 ? 1 : 0;
}

nfc_device *nfc_open(nfc_context *context, const nfc_connstring string) {
  (void)context;
  (void)string;
  return (void *)&card;
}

void nfc_close(nfc_device *device) {
  (void)device;
  SCardDisconnect(card, SCARD_UNPOWER_CARD);
}

const char *nfc_device_get_name(nfc_device *device) {
  (void)device;
  return "PC/SC";
}

int nfc_device_set_property_bool(nfc_device *device, const nfc_property property, const bool enable) {
  (void)device;
  (void)property;
  (void)enable;
  return 0;
}

int nfc_initiator_init(nfc_device *device) {
  (void)device;
  return 0;
}

void nfc_perror(const nfc_device *device, const char *text) {
  (void)device;
  fprintf(stderr, "%s\n", text);
}

int nfc_initiator_select_passive_target(nfc_device *device, const nfc_modulation modulation, const uint8_t *data,
                                        const size_t length, nfc_target *target) {
  char readers[1024];
  DWORD size = sizeof readers, protocol;
  (void)device;
  (void)data;
  (void)length;
  if (SCardListReaders(service, NULL, readers, &size) != SCARD_S_SUCCESS) return -1;
  for (const char *name = readers; *name != '\0'; name += strlen(name) + 1) {
    if (SCardConnect(service, name, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T1, &card, &protocol) != SCARD_S_SUCCESS) {
      continue;
    }
    memset(target, 0, sizeof *target);
    target->nm = modulation;
    return 1;
  }
  return 0;
}

int nfc_initiator_transceive_bytes(nfc_device *device, const uint8_t *out, const size_t out_length, uint8_t *in,
                                   const size_t in_length, int timeout) {
  DWORD received = in_length;
  (void)device;
  (void)timeout;
  return SCardTransmit(card, SCARD_PCI_T1, out, out_length, NULL, in, &received) == SCARD_S_SUCCESS ? (int)received : -1;
}
