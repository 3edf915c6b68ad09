# Testi della postazione operatore. L'italiano è la fonte.

desk-title = Sportello a distanza
title-attention = ({ $count }) Sportello a distanza
cancel = Annulla
specimen = SPECIMEN

## Pagine fuori dallo sportello

connecting-title = Collegamento allo sportello
connecting-text = Un momento: le visite in corso tornano da sole.
connecting-lost = Il servizio non risponde. La pagina riprova da sola.
signed-out-title = Accesso allo sportello
signed-out-text = Per prendere servizio occorre accedere con il proprio account di operatore.
signed-out-key = Accedi
replaced-title = Lo sportello è stato aperto in un’altra finestra
replaced-text = Questa finestra non riceve più richieste e non è più in linea con i cittadini. Le visite proseguono nell’altra finestra.
replaced-key = Riprendi lo sportello qui
outdated-title = Questa pagina non è più utilizzabile
outdated-text = La pagina e il servizio non parlano la stessa versione. Ricaricando si ottiene quella nuova.
outdated-key = Ricarica la pagina

## Testata

presence-available = Disponibile
presence-not-ready = Non disponibile: { $reason }
presence-go = Prendi servizio
presence-pause = Sospendi…
reason-signed-in = appena entrati
reason-break = pausa
reason-training = formazione
reason-missed-offer = richiesta senza risposta
reason-end-of-shift = fine turno
header-visits = in mano
header-waiting = in attesa
header-longest = attesa più lunga
header-clock = ora
header-more = Altro…
header-sound = Suono a ogni richiesta
header-other-language = English
header-sign-out = Esci
network-good = in linea
network-cut = senza linea

## Avvisi

banners-title = Avvisi
banner-cut = Linea con il servizio interrotta. La pagina si ricollega da sola; i tasti per accettare e terminare tornano con la linea.
say-line-back = La linea con il servizio è tornata.
notice-read = Letto
notice-visit-lost = La visita di { $kiosk } è tornata in coda: la linea è mancata troppo a lungo.
notice-offer-expired = La richiesta di { $kiosk } è rimasta senza risposta ed è passata oltre.
notice-offer-citizen-left = Il cittadino di { $kiosk } ha rinunciato.
notice-offer-taken = La richiesta di { $kiosk } è stata accettata da altri.
notice-offer-superseded = La richiesta di { $kiosk } non è più valida.
say-offer = Nuova richiesta da { $kiosk }: { $service }.
say-of-kiosk = { $kiosk }: { $what }
say-text = { $kiosk }: nuovo messaggio scritto.

## Postazioni

kiosks-title = Postazioni
kiosks-none = Nessuna postazione registrata.
kiosk-mine = mia
kiosk-free = libera
kiosk-self-service = in uso, da solo
kiosk-waiting = chiede una persona
kiosk-offered = richiesta in corso
kiosk-with-operator = in colloquio
kiosk-offline = non raggiungibile
kiosk-revoked = esclusa

## Richiesta

offer-title-coming-back = Una visita da riprendere
offer-title-assisted = Una persona chiede assistenza
offer-title-walk-up = Una persona chiede di Lei
offer-service = Servizio
offer-language = Lingua
offer-step = È arrivata a
offer-waited = Attende da
offer-needs = Bisogni
offer-accept = Accetta
offer-decline = Rifiuta
offer-others = { $count ->
    [one] C’è un’altra richiesta.
   *[other] Ci sono altre { $count } richieste.
 }
service-residence-certificate = certificato di residenza
service-information = informazioni
service-none = servizio non ancora scelto
language-it = italiano
language-en = inglese
need-none = nessuno dichiarato
need-text-only = solo testo
need-assisted = da accompagnare
step-audience = per chi serve il documento
step-self-declaration = autocertificazione
step-service = scelta del servizio
step-duty = bollo o esenzione
step-privacy = informativa
step-card = carta sul lettore
step-access-number = sei cifre della carta
step-reading = lettura della carta
step-card-result = esito della carta
step-person = attesa di una persona
step-review = controllo delle parole
step-printing = stampa
step-goodbye = saluto
turn-citizen = tocca al cittadino
turn-operator = tocca all’operatore
turn-device = lavora la postazione

## Visite in mano

tabs-title = Visite in mano
tab-on-air = IN ONDA
tab-wrap-up = da chiudere
tab-away = non raggiungibile
tab-unread = { $count ->
    [one] 1 nuovo testo
   *[other] { $count } nuovi testi
 }
visit-title = { $kiosk }, { $town }
visit-now = Ora: { $step } ({ $who })
nobody-available = Nessuna visita in corso
nobody-available-text = La prossima richiesta appare qui, con il conto alla rovescia.
nobody-not-ready = Sportello non in servizio
nobody-not-ready-text = Con «Prendi servizio» arrivano le richieste delle postazioni.
pane-offer = Richiesta
pane-call = Colloquio
pane-lead = Guida del cittadino
pane-text = Testo
pane-identity = Identità
pane-document = Certificato
pane-papers = Identità e certificato
pane-wrap-up = Chiusura della visita

## Colloquio

picture-citizen = Il cittadino a { $kiosk }
picture-own = La propria immagine
on-air = IN ONDA: { $kiosk } La sente
off-air = Microfono chiuso
microphone-open = Parla a { $kiosk }
microphone-close = Chiudi il microfono per { $kiosk }
camera-hide = Nascondi me
camera-show = Mostrami
end-visit = Termina la visita
end-visit-of = Termina la visita Alt+E: { $kiosk }
call-keys = Comandi del colloquio con { $kiosk }
call-connecting = Collegamento in corso…
call-reconnecting = La linea video è caduta: la pagina la riprende da sola. Il testo continua.
call-interrupted = Immagine e voce sono ferme: la linea è debole. Il testo continua.
call-kiosk-away = La postazione non è raggiungibile. La visita resta qui e riprende da sola.
call-citizen-coming = La postazione sta entrando nel colloquio…
call-face-to-face = Immagine e voce ci sono.
call-picture-only = L’immagine c’è, la voce no: si continua per testo.
call-voice-only = Senza immagine: la voce c’è.
call-text-only = Senza video: si continua per testo.
call-failed-replaced = Il colloquio è stato aperto in un’altra finestra.
call-failed-taken-over = La visita è passata a un altro operatore.
call-failed-unreachable = Il servizio video non è raggiungibile: si continua per testo.
call-failed-unsupported = Questo browser non può fare il colloquio video: si continua per testo.
call-over = Il colloquio è finito.
citizen-muted = il microfono della postazione è chiuso
quality-good = linea buona
quality-fair = linea discreta
quality-poor = linea scarsa
own-nothing = Camera e microfono mancano ({ $why }): il cittadino La legge, non La vede e non La sente.
own-no-microphone = Il Suo microfono manca ({ $why }): il cittadino non La sente, La legge.
own-no-camera = La Sua camera manca ({ $why }): il cittadino non La vede.
absence-denied = il browser non ha il permesso
absence-absent = nessun apparecchio collegato
absence-busy = usato da un altro programma
absence-unsupported = non utilizzabile qui
absence-failed = guasto
absence-not-wanted = non richiesto
starts-muted = Prova su un solo computer: il microfono parte chiuso, perché due microfoni aperti nella stessa stanza fischiano.
sound-blocked = Il browser tiene muta la voce del cittadino.
sound-unblock = Attiva l’audio
confirm-end-title = Terminare la visita di { $kiosk }, { $town }?
confirm-end-text = Il colloquio si chiude e la postazione cancella tutto. Il cittadino è invitato a riprendere carta e foglio.
confirm-end-confirm = Termina la visita

## Guida

lead-title = Pagina
lead-show = Mostra a { $kiosk }
lead-card = Chiedi la carta a { $kiosk }
lead-asking = In attesa della postazione…
lead-done = La postazione ha mostrato la pagina.
lead-refused = La postazione non può mostrarla ora.

## Testo

text-title = Testo con { $kiosk }
text-none = Quello che si scrive si vede subito dall’altra parte.
text-me = Operatore
text-citizen = { $kiosk }
text-writing = sta scrivendo
text-field = Scrivi a { $kiosk }
text-send = Invia
text-phrases = Frasi pronte
text-failed = Non consegnato.
text-resend = Invia di nuovo
phrase-hello = Buongiorno, sono qui per aiutarLa.
phrase-moment = Un momento, per favore: torno subito da Lei.
phrase-with-you = Sono di nuovo con Lei.
phrase-hear = Mi sente? Se preferisce, possiamo scriverci.
phrase-card = Appoggi la carta d’identità sul lettore, per favore.
phrase-number = Scriva le sei cifre in basso a destra sul fronte della carta.
phrase-look = Guardi verso la camera, per favore.
phrase-gesture = Alzi la mano destra, per favore.
phrase-review = Legga le parole sullo schermo e mi dica se sono giuste.
phrase-paper = Il foglio esce dalla stampante: lo prenda, per favore.
phrase-goodbye = Prenda la carta e il foglio. Buona giornata!

## Identità

evidence-title = Identità a { $kiosk }
evidence-connecting = Collegamento al servizio certificati…
phase-waiting-for-card = In attesa della carta sul lettore.
phase-connecting = Carta trovata: si stabilisce il contatto.
phase-access-number = Si controllano le sei cifre.
phase-reading = Lettura dei dati.
phase-photo = Lettura della foto.
phase-checking = Controllo delle firme.
phase-done = Carta letta.
phase-failed = Lettura non riuscita.
evidence-wrong-numbers = Numeri sbagliati: { $count } di { $of }.
evidence-retry = Lascia riprovare { $kiosk }
answers-title = Le cinque risposte
answer-genuine = Autentica
answer-notCloned = Non copiata
answer-notExpired = Non scaduta
answer-notRevoked = Non revocata
answer-holder = È il titolare
answer-is-yes = sì
answer-is-no = no
answer-is-not-asked = non chiesto
why-signed-by-trusted-issuer = I dati sono firmati da un’autorità riconosciuta.
why-security-object-missing = Sulla carta manca la firma dei dati.
why-security-object-malformed = La firma dei dati non è leggibile.
why-algorithm-unsupported = La firma usa un metodo che qui non si conosce.
why-digest-mismatch = I dati non sono quelli firmati.
why-file-not-listed = Un dato letto non è coperto dalla firma.
why-message-digest-mismatch = L’elenco dei dati non è quello firmato.
why-signature-wrong = La firma non è valida.
why-signer-missing = Manca il certificato di chi ha firmato.
why-issuer-not-trusted = Chi ha firmato non è riconosciuto.
why-signer-not-allowed = Chi ha firmato non può firmare carte.
why-signer-not-yet-valid = Il certificato di chi ha firmato non vale ancora.
why-signer-expired = Il certificato di chi ha firmato è scaduto.
why-issuer-not-valid = L’autorità non è valida a questa data.
why-country-unknown = Il paese della carta non è tra quelli riconosciuti.
why-country-mismatch = Il paese della firma non è quello della carta.
why-chip-authentication-not-offered = Questa carta non può dimostrare di essere l’originale: decide lo sguardo dell’operatore.
why-chip-authentication-not-asked = La prova del chip non è stata chiesta: decide lo sguardo dell’operatore.
why-within-validity = La data di scadenza non è passata.
why-expired = La carta è scaduta.
why-expiry-unknown = La carta non dice quando scade.
why-data-not-proved = La data non è firmata: non dice nulla.
why-no-public-look-up = Non esiste un elenco pubblico delle carte smarrite.
why-operator-decides = Lo decide l’operatore, confrontando volto e foto.
why-face-matches = L’operatore ha giudicato che il volto corrisponde.
why-face-differs = L’operatore ha giudicato che il volto non corrisponde.
why-other = Motivo: { $reason }
warning-mrz-check-digit-wrong = Una cifra di controllo della carta non torna.
warning-birth-dates-differ = La carta riporta due date di nascita diverse.
warning-tax-code-invalid = Il codice fiscale non è valido.
warning-tax-code-disagrees-surname = Il codice fiscale non corrisponde al cognome.
warning-tax-code-disagrees-givenNames = Il codice fiscale non corrisponde al nome.
warning-tax-code-disagrees-birthDate = Il codice fiscale non corrisponde alla data di nascita.
warning-tax-code-disagrees-sex = Il codice fiscale non corrisponde al sesso.
warning-other = Da guardare: { $warning }
face-chip = Foto del chip
face-chip-alt = Foto di { $person } letta dal chip
face-no-photo = La carta non ha dato una foto.
face-live = Dal vivo, { $kiosk }
face-no-live = Nessuna immagine dal vivo.
face-frozen = Immagine ferma delle { $at }
face-zoom = Grandezza
face-place = Altezza
face-freeze = Ferma l’immagine
face-go-on = Riprendi dal vivo
judge-question = Il volto corrisponde?
judge-hint = Titolare: { $person }. Davanti alla camera: { $kiosk }.
judge-yes = Sì, corrisponde
judge-no = No, non corrisponde
person-title = Dati della persona
claim-birthDate = Nascita
claim-birthPlace = Luogo di nascita
claim-sex = Sesso
claim-nationality = Cittadinanza
claim-documentNumber = Carta n.
claim-expiryDate = Scadenza
claim-taxCode = Codice fiscale
sex-F = femminile
sex-M = maschile
sex-X = non indicato
source-chip-signed = dal chip, firmato
source-card-read = letto sulla carta, non firmato
source-typed = scritto a mano
source-seen-by-operator = visto dall’operatore

## Certificato

document-title = Certificato per { $kiosk }
document-needs-identity = Prima va letta la carta.
field-type = Tipo
field-use = A che cosa serve
field-subject = Di chi
field-taxCode = Codice fiscale
field-duty = Imposta di bollo
field-markCode = Identificativo, 14 cifre
field-markDate = Data della marca
field-exemption = Esenzione
field-choose = Da scegliere
use-private = Uso privato
use-public-office = Per un ufficio pubblico
use-self-declaration = Per gli uffici pubblici il certificato non si rilascia: il cittadino firma un’autocertificazione (art. 40 e 46, d.P.R. 445/2000). Si può mostrargli la pagina «autocertificazione».
subject-holder = della persona identificata
subject-other = di un’altra persona
duty-mark = dovuta: marca da € { $euro }
duty-exemption = esente
fault-missing = Da compilare.
fault-not-14-digits = Servono esattamente 14 cifre.
fault-not-a-tax-code = Servono 16 lettere e cifre.
fault-in-the-future = La data è nel futuro.
fault-not-a-date = Questa data non esiste.
document-prepare = Prepara le parole per { $kiosk }
document-words = Parole del certificato
document-number = Numero
document-another = Un altro certificato
document-back = Torna al certificato in corso
document-steps = A che punto è il foglio
action-review = Mostra a { $kiosk } per il controllo
action-issue = Emetti e stampa a { $kiosk }
action-reprint = Foglio rovinato a { $kiosk }: registra e ristampa
action-print-again = Stampa ancora a { $kiosk }
document-prepared = Le parole sono pronte: il cittadino le deve vedere.
document-reviewing = Il cittadino legge le parole sullo schermo.
document-declined = Il cittadino dice che qualcosa non è giusto.
document-agreed = Il cittadino è d’accordo: si può emettere.
document-issued = Emesso: il foglio va alla postazione.
document-fetched = La postazione ha ricevuto il foglio.
document-spooled = Il foglio è in coda di stampa.
document-printing = In stampa.
document-needs-attention = La stampante chiede aiuto. Appena è a posto prosegue da sola: non va ristampato.
document-printed = Stampato: il cittadino deve prendere il foglio.
document-taken = Il cittadino ha preso il foglio.
document-uncertain = Non si sa se il foglio è uscito. Chieda al cittadino che cosa vede nel vassoio.
document-spoiled = Foglio rovinato registrato: lo stesso numero si può ristampare.
document-failed = La stampa non è riuscita.
print-media-empty = Manca la carta.
print-media-needed = Serve un altro formato di carta.
print-media-jam = La carta è inceppata.
print-cover-open = Il coperchio è aperto.
print-door-open = Lo sportello della stampante è aperto.
print-toner-empty = Il toner è finito.
print-marker-supply-empty = L’inchiostro è finito.
print-output-area-full = Il vassoio di uscita è pieno.
print-input-tray-missing = Manca il cassetto della carta.
print-paused = La stampante è in pausa.
print-offline = La stampante non risponde.
print-aborted = La stampante ha interrotto il lavoro.
print-canceled = Il lavoro è stato annullato.
print-digest-mismatch = Il foglio è arrivato alterato e non è stato stampato.
print-link-lost = La postazione ha perso la linea.
print-other = La stampante segnala un problema.
paper-agreed = d’accordo
paper-issued = emesso
paper-spooled = in coda
paper-printing = in stampa
paper-printed = stampato
paper-taken = preso
paper-done = : fatto
paper-open = : non ancora
confirm-issue-title = Emettere e stampare a { $kiosk }?
confirm-issue-text = { $title }: riceve un numero di registro, il sigillo e il timbro, e si stampa subito. Non si torna indietro.
confirm-issue-confirm = Emetti e stampa
confirm-reprint-title = Ristampare a { $kiosk }?
confirm-reprint-text = Un numero, un solo foglio: prima di ristampare, il foglio rovinato va ritirato o distrutto e registrato.
confirm-reprint-statement = Il foglio rovinato è reso inutilizzabile; lo registro come tale.
confirm-reprint-confirm = Registra e ristampa
confirm-print-again-title = Stampare ancora a { $kiosk }?
confirm-print-again-text = Nessun foglio è uscito. Si stampa con lo stesso numero.
confirm-print-again-confirm = Stampa
refused-self-declaration = Per un ufficio pubblico serve l’autocertificazione, non il certificato.
refused-not-in-force = Per questo certificato oggi non ci sono regole in vigore.
refused-use-not-allowed = Questo uso non è previsto.
refused-identity-too-low = Prima va giudicato il volto: il certificato chiede un’identità controllata dall’operatore.
refused-requester-not-entitled = Chi chiede non ne ha titolo.
refused-language-unavailable = Il certificato non esiste in questa lingua.
refused-duty-missing = Manca la marca o l’esenzione.
refused-duty-not-due = L’imposta non è dovuta: la marca non serve.
refused-duty-mark-format = L’identificativo della marca non è valido.
refused-duty-mark-date = La data della marca non è valida.
refused-duty-mark-after-certificate = La marca è più recente del certificato.
refused-duty-mark-used = Questa marca è già stata usata.
refused-exemption-unknown = L’esenzione non esiste.
refused-exemption-not-in-force = L’esenzione non è in vigore.
refused-exemption-needs-words = Questa esenzione va motivata: la decide l’ufficio.
refused-subject-not-found = L’anagrafe non conosce questa persona.
refused-subject-deceased = La persona risulta deceduta.
refused-subject-not-resident = La persona non risulta residente.
refused-source-unavailable = L’anagrafe non risponde. Si può riprovare tra poco.
refused-glyph-missing = Il nome contiene un segno che il foglio non può scrivere.

## Chiusura

wrap-up-title = Chiudere la visita di { $kiosk }, { $town }
wrap-up-text = Il colloquio è finito e i dati della persona non sono più qui. Resta da dire com’è andata.
wrap-up-outcome = Esito
wrap-up-done = Chiudi la visita di { $kiosk }
outcome-served = Servito
outcome-document-issued = Certificato rilasciato
outcome-referred = Indirizzato a un ufficio
outcome-citizen-left = Il cittadino se n’è andato
outcome-technical = Problema tecnico
outcome-not-set = Non indicato

## Tasti

keys-title = Tasti rapidi
keys-close = Chiudi
key-shift = Maiusc
command-accept = Accetta la richiesta
command-decline = Rifiuta la richiesta
command-toggle-microphone = Apri o chiudi il microfono
command-toggle-camera = Mostra o nascondi la propria immagine
command-write = Scrivi al cittadino
command-end-visit = Termina la visita in primo piano
command-show-identity = Identità in primo piano
command-show-document = Certificato in primo piano
command-toggle-presence = Prendi servizio o vai in pausa
command-list-keys = Questo elenco
command-choose-tab = Visita in mano, per numero
command-next-pane = Riquadro successivo
command-previous-pane = Riquadro precedente

## Errori, per codice

error-bad-message = Il messaggio non è stato capito.
error-unknown-method = Il servizio non conosce questa richiesta.
error-bad-params = Un dato non è valido.
error-internal = Qualcosa non è riuscito dall’altra parte. Si può riprovare.
error-timeout = Nessuna risposta in tempo. Si può riprovare.
error-link-lost = La linea è caduta prima della risposta. Si può riprovare.
error-aborted = La richiesta è stata ritirata.
error-too-much = Il messaggio era troppo grande.
error-not-authenticated = La pagina non si è ancora presentata al servizio.
error-version-unsupported = La pagina e il servizio non parlano la stessa versione.
error-proof-invalid = La prova della chiave non è valida.
error-grant-invalid = Il permesso non vale qui.
error-grant-expired = Il permesso è scaduto: se ne chiede uno nuovo.
error-grant-foreign = Il permesso appartiene ad altri.
error-fence-stale = La visita è passata a qualcun altro.
error-kiosk-unknown = La postazione non è registrata.
error-kiosk-revoked = La postazione è stata esclusa.
error-kiosk-busy = La postazione ha già una visita.
error-session-replaced = Lo sportello è stato aperto in un’altra finestra.
error-signed-out = Occorre accedere di nuovo.
error-visit-unknown = La visita non c’è più.
error-visit-state = La visita non è nello stato giusto per farlo.
error-offer-gone = La richiesta è finita o è andata ad altri.
error-capacity-full = Il numero massimo di visite è già raggiunto.
error-nobody-on-duty = Nessuno è in servizio.
error-no-node = Nessun servizio è libero per questa visita.
error-peer-absent = La postazione non è raggiungibile in questo momento.
error-media-failed = La linea video non si è stabilita.
error-store-unavailable = Il servizio non raggiunge il suo archivio. Si può riprovare tra poco.
error-card-absent = Sul lettore non c’è una carta.
error-card-removed = La carta è stata tolta troppo presto.
error-card-wrong-number = Le sei cifre non sono quelle della carta.
error-card-tries-exhausted = Tre numeri sbagliati: decide l’operatore.
error-card-unreadable = La carta non si legge.
error-card-unsupported = Questo tipo di carta qui non si legge.
error-reader-unavailable = Il lettore di carte non risponde.
error-instruction-refused = La postazione non passa questo comando alla carta.
error-scanner-empty = Nello scanner non c’è un foglio.
error-scanner-failed = Lo scanner non ha letto il foglio.
error-printer-unavailable = La stampante non risponde.
error-paper-busy = Un altro foglio è in stampa.
error-digest-mismatch = Il foglio non è arrivato intero.
error-evidence-missing = In questa visita nessuno è ancora identificato.
error-document-refused = Le regole non ammettono questo certificato.
error-document-unknown = Questo certificato non c’è più.
error-duty-invalid = La marca o l’esenzione non è valida.
error-source-unavailable = L’anagrafe non risponde. Si può riprovare tra poco.
error-subject-not-found = L’anagrafe non conosce questa persona.
error-review-declined = Il cittadino non è d’accordo con le parole.
