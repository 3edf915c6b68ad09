usage =
    Uso:
      npm run --silent stamp -- check FILE [--trust CARTELLA] [--at AAAA-MM-GG] [--proof PROVA] [--json]
      npm run --silent stamp -- inspect FILE [--json]
    FILE è un PDF (copia con timbro o originale sigillato), una foto o scansione (PNG, JPEG), il testo del timbro o il timbro in binario.
    PROVA è ciò che stampa «certificates register proof»: mostra che il timbro è nel registro del Comune.

status-VALID = VALID – Il timbro è autentico.
status-CONTENT_DIFFERS = CONTENT_DIFFERS – Il timbro è autentico, ma è di un altro foglio o il foglio è stato cambiato.
status-READ_ERROR = READ_ERROR – Nel file non si legge nessun timbro.
status-WRONG_FORMAT = WRONG_FORMAT – Il simbolo non contiene un timbro ben formato.
status-UNKNOWN_CERTIFICATE = UNKNOWN_CERTIFICATE – Il timbro è di un firmatario sconosciuto.
status-UNTRUSTED_CERTIFICATE = UNTRUSTED_CERTIFICATE – Il firmatario del timbro non è riconosciuto.
status-INVALID_DOCUMENTTYPE = INVALID_DOCUMENTTYPE – Il timbro è firmato ma non è di un certificato di questo tipo.
status-EXPIRED_CERTIFICATE = EXPIRED_CERTIFICATE – Alla data della verifica la chiave del timbro non è in vigore.
status-REVOKED_CERTIFICATE = REVOKED_CERTIFICATE – La chiave del timbro è stata revocata.
status-OUTSIDE_KEY_PERIOD = OUTSIDE_KEY_PERIOD – Il timbro porta la data di un giorno in cui la chiave non poteva firmare.
status-INVALID_SIGNATURE = INVALID_SIGNATURE – Il timbro è alterato o falso: la firma non corrisponde.

level-high = Affidabilità: alta.
level-medium = Affidabilità: media.
level-low = Affidabilità: bassa.
level-none = Affidabilità: nessuna.
unknown-feature = UNKNOWN_FEATURE – Il timbro contiene anche campi che questa versione non conosce.
compare-by-eye = Confronti queste righe con il foglio:
compare-same = Le parole del file dicono le stesse cose. Confronti comunque queste righe con ciò che vede:
compare-differs = Il file non dice ciò che dice il timbro. Nel timbro c'è scritto:
not-on-paper = [non si legge sul foglio]
foreign = Sul foglio si legge «{ $text }», che nel timbro non c'è.
pages-differ = Le pagine del file non sono quelle che il foglio dichiara.
specimen = SPECIMEN – Il timbro è di un'autorità dimostrativa e non ha valore.
validity-current = Alla data della verifica ({ $at }) il certificato è in corso di validità.
validity-not-yet = Alla data della verifica ({ $at }) il certificato non è ancora valido.
validity-over = Alla data della verifica ({ $at }) il certificato è scaduto: il timbro resta autentico.
trust-age = Chiavi: elenco n. { $sequence } del { $issued }, prossimo aggiornamento entro il { $next }.
trust-early = Attenzione: il { $at } viene prima dell'elenco delle chiavi; l'orologio può essere sbagliato.
trust-outdated = Attenzione: l'elenco delle chiavi è vecchio; una revoca recente può mancare.
address-seen = Il simbolo porta l'indirizzo { $address }: apra solo quello scritto dal Comune, non questo.
several-stamps = Nel file ci sono { $count } timbri diversi.
original-VALID = VALID – Il file è esattamente l'originale sigillato dal Comune.
original-TOO_LARGE = TOO_LARGE – Il file è troppo grande.
original-NOT_SEALED = NOT_SEALED – Il file non ha un sigillo.
original-SECOND_SIGNATURE = SECOND_SIGNATURE – Il file ha più di una firma: non è l'originale.
original-BYTES_APPENDED = BYTES_APPENDED – Dopo il sigillo è stato aggiunto qualcosa: non è l'originale.
original-WRONG_RANGE = WRONG_RANGE – Il sigillo non copre tutto il file: non è l'originale.
original-WRONG_FORMAT = WRONG_FORMAT – Il sigillo non è ben formato.
original-SEVERAL_SIGNERS = SEVERAL_SIGNERS – Il sigillo ha più firmatari.
original-WEAK_ALGORITHM = WEAK_ALGORITHM – Il sigillo usa un algoritmo non sicuro.
original-UNKNOWN_CERTIFICATE = UNKNOWN_CERTIFICATE – Il sigillo è di un firmatario sconosciuto.
original-CONTENT_CHANGED = CONTENT_CHANGED – Il file è stato cambiato dopo il sigillo.
original-INVALID_SIGNATURE = INVALID_SIGNATURE – Il sigillo è alterato o falso.
original-INVALID_TIME_STAMP = INVALID_TIME_STAMP – La marca temporale del sigillo non è valida.
original-REVOKED_CERTIFICATE = REVOKED_CERTIFICATE – La chiave del sigillo è stata revocata.
original-EXPIRED_CERTIFICATE = EXPIRED_CERTIFICATE – Alla data della verifica la chiave del sigillo non è in vigore.
original-OUTSIDE_KEY_PERIOD = OUTSIDE_KEY_PERIOD – Il sigillo è stato posto in un giorno in cui la chiave non poteva sigillare.
sealed-claimed = Sigillato il { $time }, secondo chi ha sigillato.
sealed-proven = Una marca temporale prova che il sigillo esisteva il { $time }.
proof-IN_REGISTER = IN_REGISTER – Il timbro è nel registro { $register }, che lo attesta il { $time }.
proof-NOT_IN_REGISTER = NOT_IN_REGISTER – La prova è di un altro foglio: non mostra che questo timbro è nel registro.
proof-PROOF_UNSIGNED = PROOF_UNSIGNED – La prova non è firmata da una chiave del registro valida in quel giorno.
proof-PROOF_MALFORMED = PROOF_MALFORMED – La prova non è ben formata.
unverified = Contenuto letto senza verifica: non prova nulla.
reason = Motivo: { $reason }.

validity = Validità
document-kind = Certificato
signer = Firmatario
issue-date = Data di emissione
tag = Campo { $tag }

error-no-file = Il file non si può leggere.
error-proof-original = Un originale sigillato non ha una prova del registro: --proof è per il foglio con il timbro.
error-proof-keys = Nell'elenco delle chiavi non ci sono quelle del registro: la prova non si può verificare.
error-at = La data dopo --at deve essere un giorno, per esempio 2026-11-22.
error-trust-TRUST_MISSING = Le chiavi per la verifica non si trovano: indichi la cartella con --trust.
error-trust-TRUST_MALFORMED = Le chiavi per la verifica sono in un formato sbagliato.
error-trust-TRUST_WRONG_SIGNATURE = Le chiavi per la verifica non sono firmate dalla loro radice.
error-trust-TRUST_ROLLED_BACK = Le chiavi per la verifica sono più vecchie di quelle già viste: non vengono usate.
error-memory = Nota: non è possibile ricordare quali chiavi sono state viste.
error-unexpected = La verifica si è interrotta per un errore del programma.

read-FILE_TOO_LARGE = il file è troppo grande
read-FILE_UNKNOWN = il file non è PDF, PNG, JPEG, testo o timbro
read-IMAGE_TOO_LARGE = l'immagine è troppo grande
read-IMAGE_UNREADABLE = l'immagine è danneggiata
read-PDF_UNREADABLE = il PDF è danneggiato
read-PDF_TOO_SLOW = il PDF richiede troppo tempo
read-TOOL_MISSING = manca il programma pdftoppm (pacchetto poppler-utils)
read-NO_SYMBOL = nessun simbolo QR o DataMatrix
