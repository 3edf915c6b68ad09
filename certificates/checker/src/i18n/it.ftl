title = Verifica del contrassegno
intro = Dice se il contrassegno di un certificato è autentico. Tutto resta su questo dispositivo: la verifica non usa la rete.
language = English
right-address = Questo controllo è del { $municipality }. L’indirizzo giusto è { $host }: lo scriva Lei, non usi quello letto dal foglio.

choose = Come vuole mostrare il contrassegno?
choose-camera = Inquadra con la fotocamera
choose-file = Apri una foto o un PDF
choose-file-hint = PDF, PNG o JPEG
paste-label = Oppure incolli l’indirizzo o il testo del contrassegno
paste-check = Verifica il testo
again = Verifica un altro contrassegno
stop = Interrompi

camera-heading = Inquadri il contrassegno
camera-hint = Il quadrato deve riempire circa metà dell’immagine, a fuoco e senza riflessi.
camera-denied = La fotocamera non è disponibile. Apra invece una foto del contrassegno.
busy = Lettura in corso…

specimen = SPECIMEN – autorità dimostrativa: il documento non ha alcun valore.

status-VALID = Il contrassegno è autentico
status-CONTENT_DIFFERS = Il contrassegno è autentico, ma il foglio dice altro
status-READ_ERROR = Nessun contrassegno leggibile
status-WRONG_FORMAT = Questo non è un contrassegno ben formato
status-UNKNOWN_CERTIFICATE = Il firmatario del contrassegno è sconosciuto
status-UNTRUSTED_CERTIFICATE = Il firmatario del contrassegno non è riconosciuto
status-INVALID_DOCUMENTTYPE = Firma riconosciuta, ma non è un certificato di questo tipo
status-EXPIRED_CERTIFICATE = La chiave del contrassegno non è in vigore
status-REVOKED_CERTIFICATE = La chiave del contrassegno è stata revocata
status-OUTSIDE_KEY_PERIOD = La data della firma è fuori dal periodo della chiave
status-INVALID_SIGNATURE = Il contrassegno è alterato o falso

advice-VALID = Le righe qui sotto sono quelle firmate dal Comune. Il contrassegno è vero anche su una fotocopia o accanto a parole cambiate: conta solo ciò che è uguale.
advice-CONTENT_DIFFERS = Non si fidi del foglio. Il contrassegno viene da un altro certificato, oppure il foglio è stato cambiato.
advice-READ_ERROR = Provi con più luce, da più vicino, o con il PDF originale. Senza lettura non si può dire nulla del foglio.
advice-WRONG_FORMAT = Il simbolo contiene altro, per esempio l’indirizzo di un sito. Non prova nulla.
advice-UNKNOWN_CERTIFICATE = Nell’elenco delle chiavi questo firmatario non c’è. Aggiorni l’elenco; se resta sconosciuto, non si fidi.
advice-UNTRUSTED_CERTIFICATE = La chiave non viene dall’autorità del Comune. Non si fidi.
advice-INVALID_DOCUMENTTYPE = Non prova nulla su un certificato anagrafico.
advice-EXPIRED_CERTIFICATE = Controlli la data di questo dispositivo. Se è giusta, chieda al Comune.
advice-REVOKED_CERTIFICATE = La chiave non è più sicura: chiunque può averla usata. Chieda al Comune.
advice-OUTSIDE_KEY_PERIOD = Quel giorno questa chiave non poteva firmare. Non si fidi: chieda al Comune.
advice-INVALID_SIGNATURE = Il contenuto non è quello firmato. Non si fidi.

original-VALID = Il file è l’originale sigillato dal Comune, intatto
original-TOO_LARGE = Il file è troppo grande per un originale
original-NOT_SEALED = Il file non ha un sigillo
original-SECOND_SIGNATURE = Il file ha più di una firma: non è l’originale
original-BYTES_APPENDED = Dopo il sigillo è stato aggiunto qualcosa: non è l’originale
original-WRONG_RANGE = Il sigillo non copre tutto il file: non è l’originale
original-WRONG_FORMAT = Il sigillo del file non è ben formato
original-SEVERAL_SIGNERS = Il sigillo ha più firmatari
original-WEAK_ALGORITHM = Il sigillo usa un algoritmo non sicuro
original-UNKNOWN_CERTIFICATE = Chi ha sigillato il file è sconosciuto
original-CONTENT_CHANGED = Il file è stato cambiato dopo il sigillo
original-INVALID_SIGNATURE = Il sigillo è alterato o falso
original-INVALID_TIME_STAMP = La marca temporale del sigillo non è valida
original-REVOKED_CERTIFICATE = La chiave del sigillo è stata revocata
original-EXPIRED_CERTIFICATE = La chiave del sigillo non è in vigore
original-OUTSIDE_KEY_PERIOD = Il sigillo è di un giorno in cui la chiave non poteva sigillare
original-advice-true = Ogni parola di questo file è del Comune: non c’è altro da confrontare. Guardi solo fino a quando il certificato è valido, come vi è scritto. Una stampa del file senza contrassegno non prova nulla.
original-advice-false = Non si fidi di questo file. Se ha dubbi, chieda al Comune o apra l’originale dall’indirizzo del contrassegno.
original-sealed = Sigillato il { $time }, come dice il sigillo.
original-proven = Un’autorità di marcatura temporale lo conferma: { $time }.

level-high = Affidabilità: alta
level-medium = Affidabilità: media
level-low = Affidabilità: bassa
level-none = Affidabilità: nessuna
unknown-feature = Contiene anche campi che questa versione non conosce (UNKNOWN_FEATURE).
validity-current = Il certificato è in corso di validità al { $day }.
validity-not-yet = Il certificato non è ancora valido al { $day }.
validity-over = Il certificato è scaduto (oggi è il { $day }): il contrassegno resta autentico.
several = Contrassegno { $number } di { $count }

compare-heading = Contenuto firmato, riga per riga
compare-by-eye = Confronti ogni riga con il foglio e la segni quando è uguale.
compare-same = Le parole del PDF dicono le stesse cose. Guardi comunque ogni riga con i Suoi occhi.
compare-differs = Le righe segnate non si leggono sul PDF.
compare-progress = { $done } di { $count } righe confrontate
compare-done = Tutte le righe sono uguali al foglio.
not-on-paper = non si legge sul foglio
foreign = Sul foglio si legge «{ $text }», che nel contrassegno non c’è.
pages-differ = Le pagine del file non sono quelle che il foglio dichiara.
document-kind = Certificato
technical = Dati tecnici

address-other = Attenzione: il simbolo porta l’indirizzo { $address }, che non è quello del { $municipality }. Un sito che imita questo può mentire: usi solo { $host }.

keys-heading = Le chiavi del Comune
keys = Elenco n. { $sequence } del { $issued } ({ $days ->
    [0] di oggi
    [one] di ieri
   *[other] di { $days } giorni fa
}), da aggiornare entro il { $next }.
keys-outdated = L’elenco delle chiavi è vecchio: una revoca recente può mancare.
keys-early = L’orologio di questo dispositivo è indietro: la data { $day } viene prima dell’elenco delle chiavi.
keys-refresh = Aggiorna l’elenco
keys-refreshing = Aggiornamento…
keys-newest = L’elenco è il più recente.
keys-failed = L’elenco non si è potuto aggiornare; si usa quello presente.
keys-rolled-back = L’elenco offerto è più vecchio di quello già visto e viene rifiutato.
keys-taken = L’elenco del file è stato preso.
keys-not-a-list = Questo file non è un elenco delle chiavi (trust.json).
keys-wrong-signature = L’elenco offerto non è firmato dall’autorità del Comune e viene rifiutato.
keys-open = Apri un elenco da file
keys-save = Salva l’elenco per una copia senza rete
keys-where = L’elenco più recente si scarica da { $address }.
save = Salva questa pagina per usarla senza rete

trouble-no-trust = Questa copia non contiene le chiavi del Comune e non può verificare. La prenda dal sito del Comune.
trouble-TRUST_MALFORMED = L’elenco delle chiavi è rovinato: questa copia non può verificare. La prenda dal sito del Comune.
trouble-TRUST_WRONG_SIGNATURE = L’elenco delle chiavi non è firmato dall’autorità del Comune: questa copia non può verificare.
trouble-TRUST_ROLLED_BACK = L’elenco delle chiavi è più vecchio di quello già visto: questa copia non può verificare. La prenda dal sito del Comune.
trouble-TRUST_MISSING = Le chiavi mancano: questa copia non può verificare.

read-FILE_TOO_LARGE = Il file è troppo grande.
read-FILE_UNKNOWN = Il file non è PDF, PNG, JPEG o testo.
read-IMAGE_TOO_LARGE = L’immagine ha troppi punti.
read-IMAGE_UNREADABLE = L’immagine è danneggiata.
read-PDF_UNREADABLE = Il PDF è danneggiato o protetto.
read-PDF_TOO_SLOW = La lettura è durata troppo ed è stata interrotta.
read-TOOL_MISSING = Manca un programma per la lettura.
read-NO_SYMBOL = Non si vede nessun simbolo QR o DataMatrix.
