### Testi del chiosco. Italiano: lingua di partenza. Frasi di venti parole al massimo, nessuna sigla.

## Cornice
house-name = Sportello in video
progress = Passo { $step } di { $of }
keys = Tasti principali
back = Indietro
end = Fine
next = Avanti
person-please = Una persona, per favore
help-large-text = Testo grande
help-high-contrast = Colori forti
help-reach = Tasti in basso
announce-large-text = Testo grande attivo.
announce-high-contrast = Colori forti attivi.
announce-reach = Tasti in basso attivi.
more-region = Testo a pagine
more-up = Torna su
more-down = Continua
specimen = FACSIMILE
line-interrupted = La linea è interrotta. Stiamo riprovando: non perde nulla.
turn = Numero { $label }. { $before ->
    [0] Lei è il prossimo.
    [one] Una persona prima di Lei.
   *[other] { $before } persone prima di Lei.
 }
turn-coming = Tocca a Lei: una persona sta arrivando.

## Avvisi
notice-review-declined = Ha detto che qualcosa non va. L’operatore lo sa e lo corregge.
notice-review-withdrawn = L’operatore sta cambiando il documento.
notice-card-asked = L’operatore Le chiede di appoggiare la carta.
notice-scan-asked = L’operatore Le chiede di mettere il foglio nello scanner.
notice-step-shown = L’operatore Le mostra questa pagina.
notice-place-found = Ha ripreso il Suo posto. Prenda il foglio dallo scanner.
notice-need-refused = Ora nessuno in servizio può aiutarLa così. Il Suo posto resta.
notice-keep-failed = Ora non possiamo dare il biglietto. Lei è ancora in fila.

## Inizio
idle-title = Certificati con l’aiuto di una persona
idle-opening = Un momento…
idle-start = Tocchi per iniziare
needs = Esigenze
need-sign-language = Lingua dei segni
need-assisted = Ho bisogno di aiuto
idle-ticket = Ho un biglietto
idle-card-left = C’è una carta sul lettore. Se è Sua, la prenda.
idle-printer-out = Ora qui non si può stampare. Può parlare con una persona.
hours-title = Una persona è in servizio:
hours-person-there = Ora c’è una persona in servizio.
hours-open-nobody = Ora nessuna persona è collegata.
hours-closed = Ora il servizio con una persona è chiuso.
hours-span = dalle { $from } alle { $to }
hours-days = { $first } – { $last }
hours-phone = Telefono { $phone }
hours-or = Oppure:
day-monday = lunedì
day-tuesday = martedì
day-wednesday = mercoledì
day-thursday = giovedì
day-friday = venerdì
day-saturday = sabato
day-sunday = domenica

## Per chi è
audience-title = Per chi è il documento?
audience-text = A chi deve consegnarlo?
audience-private = Un privato: persona, banca, azienda
audience-public-office = Un ufficio pubblico
audience-unsure = Non lo so: chiedo a una persona
self-declaration-title = Non serve un certificato
self-declaration-text = Un ufficio pubblico non può chiederLe un certificato. È così per legge.
self-declaration-how = Scriva e firmi una dichiarazione: dove abita, il Suo nome, la data. Si chiama autocertificazione.
self-declaration-free = È gratuita. Vale come il certificato.
self-declaration-refused = Se l’ufficio non la accetta, sbaglia. Una persona può spiegarLe che cosa fare.
self-declaration-person = Chiedo a una persona
self-declaration-private = Mi serve invece per un privato
self-declaration-done = Ho capito, ho finito

## Servizio
service-title = Di che cosa ha bisogno?
service-text = Scelga una voce. Può tornare indietro quando vuole.
service-residence = Certificato di residenza
service-other = Un altro certificato: famiglia, cittadinanza, nascita…
service-information = Informazioni da una persona

## Bollo
duty-title = Il certificato costa { $euro } euro di bollo
duty-title-unknown = Per il certificato può servire il bollo
duty-title-none = Oggi per il certificato non si paga il bollo
duty-text = Serve una marca da bollo. La vendono i tabaccai.
duty-text-none = Non serve la marca da bollo.
duty-exempt-text = Per alcuni usi il bollo non si paga: per esempio { $uses }.
duty-exempt-text-plain = Per alcuni usi il bollo non si paga.
duty-exempt-use-6 = adozione
duty-exempt-use-7 = separazione
duty-exempt-use-9 = pensione estera
duty-no-mark = Qui non si vendono marche. Senza marca può tornare più tardi.
duty-mark = Ho la marca da bollo
duty-exempt = Il mio uso è esente
duty-unsure = Non lo so: chiedo a una persona

## Privacy
privacy-title = I Suoi dati, in breve
privacy-who = Il responsabile dei Suoi dati è: { $town }.
privacy-why = Leggiamo la carta solo per sapere chi è e fare il certificato.
privacy-picture = Se parla con una persona, vi vedete. Nulla viene registrato.
privacy-kept = Conserviamo il certificato e chi lo ha fatto, per il tempo di legge.
privacy-wiped = Alla fine questo schermo cancella tutto.
privacy-rights = Può chiedere al Comune che cosa conserva e farlo correggere.
privacy-next = Ho letto

## Carta
card-title = Appoggi la carta sul lettore
card-text = La carta d’identità elettronica va di traverso, come nel disegno. La lasci lì. Va bene anche la tessera sanitaria, se ha il PIN.
card-found-title = Carta trovata
card-found = La carta è sul lettore. La lasci lì.
card-none = Non ho questa carta
card-reader-out-title = Il lettore non funziona
card-reader-out = Il lettore di carte ora non funziona. Una persona può riconoscerLa in un altro modo.
card-not-read-title = La tessera non ha risposto come serve
card-again = Riprovo
access-number-title = Scriva le sei cifre della carta
access-number-text = Sono davanti, in basso a destra. Non è il codice segreto.
access-number-tries = { $left ->
    [one] Può provare ancora una volta.
   *[other] Può provare ancora { $left } volte.
 }
access-number-card-gone = Ora la carta non è sul lettore. La appoggi di nuovo.
access-number-typed = { $count ->
    [0] Nessuna cifra scritta
    [one] Una cifra scritta
   *[other] { $count } cifre scritte
 }
access-number-erase = Cancella
access-number-send = Avanti
access-number-short = { $left ->
    [one] Manca ancora una cifra.
   *[other] Mancano ancora { $left } cifre.
 }
access-number-locked-title = Tre numeri sbagliati
access-number-locked = Ora decide l’operatore. La Sua carta non è bloccata.
pin-title = Scriva il PIN della tessera
pin-text = Il PIN è nella busta della tessera sanitaria. Resta qui: non lo vede nessuno, nemmeno l’operatore.
pin-short = Il PIN ha da { $from } a { $to } cifre.
pin-last-try = Attenzione: è l’ultimo tentativo. Se è sbagliato, la tessera si blocca.
pin-tries = { $left ->
    [one] Resta un tentativo.
   *[other] Restano { $left } tentativi.
  }
pin-signs = Con il PIN la tessera conferma che Lei è qui:
pin-signs-for = Servizio
pin-signs-where = Postazione
pin-signs-when = Momento
pin-moment = { DATETIME($at, dateStyle: "long", timeStyle: "short") }
pin-send = Confermo
pin-decline = Non voglio usare il PIN
reading-title = Leggiamo la carta
reading-connecting = Parliamo con la carta
reading-access-number = Controlliamo le sei cifre
reading-reading = Leggiamo nome e data di nascita
reading-photo = Leggiamo la fotografia
reading-pin = Aspettiamo il PIN
reading-checking = Controlliamo che la carta sia autentica
reading-hold = Lasci la carta ferma sul lettore.
card-result-title = Buongiorno, { $name }
card-result-next = Avanti: parlo con una persona
answer-genuine-yes = La carta è autentica.
answer-genuine-no = La carta non risulta autentica.
answer-genuine-not-asked = Non sappiamo se la carta è autentica.
answer-not-cloned-yes = La carta non è una copia.
answer-not-cloned-no = La carta sembra una copia.
answer-not-cloned-not-asked = Qui non si vede se è una copia: decide l’operatore.
answer-not-expired-yes = La carta non è scaduta.
answer-not-expired-no = La carta è scaduta.
answer-not-expired-not-asked = Non sappiamo se la carta è scaduta.
answer-not-revoked-yes = La carta non è stata annullata.
answer-not-revoked-no = La carta è stata annullata.
answer-not-revoked-not-asked = Qui non si può sapere se è stata annullata.
answer-holder-yes = La carta è Sua.
answer-holder-no = La carta non risulta Sua.
answer-holder-not-asked = L’operatore controlla che la carta sia Sua.

## Una persona
person-offer-title = Vuole parlare con una persona?
person-offer = Vi vedrete e vi sentirete. Quello che ha fatto finora resta.
person-call = Chiamo una persona
person-asking = Chiamiamo una persona…
person-asking-text = Un momento: cerchiamo una persona libera.
person-coming = Una persona sta arrivando
person-your-turn = Tocca a Lei
person-waiting = Lei è in fila
person-coming-back = Un momento: torniamo subito da Lei
person-place = { $before ->
    [0] Lei è il prossimo
    [one] Una persona prima di Lei
   *[other] { $before } persone prima di Lei
 }
wait-unknown = Attesa non ancora nota
wait-minute = Meno di un minuto
wait-up-to = { $to ->
    [one] Al massimo un minuto
   *[other] Al massimo { $to } minuti
 }
wait-about = { $to ->
    [one] Circa un minuto
   *[other] Circa { $to } minuti
 }
wait-between = Tra { $from } e { $to } minuti
person-meanwhile = Intanto può continuare a leggere: non perde il posto.
person-nobody-now = Ora nessuno può rispondere. Ecco quando e dove può trovare una persona.
person-go-on-reading = Intanto continuo
person-cancel = Non aspetto più
person-keep = Torno più tardi e tengo il posto
person-with = { $name } è con Lei
person-with-text = Parli pure, oppure scriva. Sullo schermo vedrà che cosa fare.
person-with-write = Scriva pure: tocchi «Scrivo». Sullo schermo vedrà che cosa fare.
person-with-prepares = La carta è stata letta. L’operatore prepara il documento.
person-with-card = Continuo con la carta
person-refused-title = Ora nessuno può rispondere
person-refused-instead = Può tornare in questi orari, telefonare o andare all’ufficio.
person-no-signs-title = Ora nessuno in servizio conosce la lingua dei segni
person-no-signs = Può scrivere con una persona, qui sullo schermo. Oppure può tornare più tardi.
person-by-text = Scrivo con una persona
person-go-on-alone = Torno alla pagina di prima

## Posto tenuto
keeping-title = Teniamo il Suo posto…
keeping = Un momento: prepariamo il biglietto.
kept-until = Il Suo posto è tenuto fino alle { DATETIME($until, timeStyle: "short") }
kept-slip-printing = Il biglietto esce qui sotto tra poco. Può anche fotografare il codice.
kept-slip-printed = Prenda il biglietto, qui sotto. Può anche fotografare il codice.
kept-slip-failed = Il biglietto non si stampa: fotografi il codice con il telefono.
kept-how = Torni con il biglietto a qualsiasi sportello in video: riprende il posto che aveva.
kept-once = Vale una volta sola, per chi lo mostra. Lo tenga con sé.
kept-code = Codice del biglietto
kept-number = Il Suo numero
kept-have-it = Ho il biglietto
slip-show = Allo sportello tocchi «Ho un biglietto» e metta il codice sullo scanner.
returning-asked-title = Metta il biglietto nello scanner
returning-asked = Lo appoggi sul vetro, con il codice in giù. Se è sul telefono, alzi la luminosità. Poi tocchi il tasto.
returning-reading-title = Leggiamo il biglietto
returning-reading = Lo lasci dov’è. Può volerci un minuto.
returning-showing-title = Cerchiamo il Suo posto
returning-showing = Un momento.
returning-over-title = Il biglietto non vale più
returning-read = Leggi il biglietto
returning-new-number = Prendo un numero nuovo

## Pratica dell’ufficio
case-title = Lo riceverà più tardi
case-text = { $title }: decide l’ufficio, e non si può fare subito. La richiesta è registrata.
case-number = È il numero della pratica.
case-keep-number = È il numero della pratica. Se lo scriva.
case-slip-printing = Stampiamo un promemoria con il numero: esce qui sotto tra poco.
case-slip-printed = Il promemoria con il numero è qui sotto: lo prenda.
case-slip-failed = Il promemoria non si stampa: si scriva il numero.
case-answer = L’ufficio risponde entro il { DATETIME($day, dateStyle: "long", timeZone: "UTC") }.
case-collect = Poi lo ritira con lo stesso documento: { $place }. Resta pronto { $days } giorni.
case-still-here = { $name } è ancora con Lei.

## Chiamata
call = Chiamata
call-face = Immagine di { $name }
call-self = La Sua immagine
call-keys = Tasti della chiamata
call-microphone-on = Microfono acceso
call-microphone-off = Microfono spento
call-microphone-absent = Senza microfono
call-camera-on = Video acceso
call-camera-off = Video spento
call-camera-absent = Senza video
call-muted-for-demo = Prova: il microfono è spento. Lo accende il tasto.
call-text-open = Scrivo
call-text-close = Chiudo la tastiera
call-line-coming = { $name } arriva
call-line-back-soon = Un momento: { $name } torna subito da Lei
call-somebody = una persona
call-line-by-text = Immagine e voce non vanno. Potete scrivervi: tocchi «Scrivo».
call-line-reconnecting = La linea è debole. Stiamo riprovando: resti qui.
call-line-no-picture = L’immagine si è fermata. La voce continua.
call-line-no-voice = La voce non arriva. Potete scrivervi: tocchi «Scrivo».
call-line-camera-off = { $name } ha spento il video. La voce continua.
call-line-microphone-muted = { $name } ha spento il microfono per un momento.
call-line-here = { $name } La vede e La sente
call-line-seen = { $name } La vede. Il Suo microfono non è acceso.
call-line-heard = { $name } La sente. Il Suo video non è acceso.
call-line-neither = { $name } è con Lei. Il Suo video e il Suo microfono non sono accesi.
text-title = Scrivete qui
text-log = Testo scritto
text-you = Lei
text-operator = Operatore
text-draft = Sta scrivendo: { $text }
text-space = spazio
text-erase = Cancella
text-send = Invia

## Scanner
scan-asked-title = Metta il foglio nello scanner
scan-asked = Lo appoggi sul vetro, con la parte scritta in giù. Chiuda il coperchio e tocchi il tasto.
scan-now = Scansiona
scan-again = Riprova
scan-running-title = Lo scanner legge il foglio
scan-running = Lasci il foglio dov’è. Può volerci un minuto.
scan-sent-title = L’operatore vede la pagina
scan-sent = Può riprendere il foglio. La pagina si cancella con la visita.
scan-failed-title = La scansione non è riuscita
scan-out-title = Lo scanner non funziona
scan-out = Ora lo scanner non risponde. Lo dica all’operatore.
scan-back = Giro il foglio e scansiono il retro
scan-finished = Ho finito

## Documento
review-title = È tutto giusto?
review-text = Legga con calma. Poi stampiamo.
review-agree = Sì, stampate
review-wrong = Qualcosa non va
printing-preparing-title = Prepariamo il foglio
printing-preparing = Ci vuole un momento.
printing-printing-title = Stampiamo il foglio
printing-printing = Esce qui sotto tra poco.
printing-out-of-paper-title = Manca la carta nella stampante
printing-out-of-paper = L’operatore lo sa. Il Suo certificato non si perde.
printing-jam-title = Il foglio si è inceppato
printing-jam = L’operatore lo sa. Il Suo certificato non si perde.
printing-attention-title = La stampante si è fermata
printing-attention = L’operatore lo sa. Il Suo certificato non si perde.
printing-printed-title = Prenda il Suo foglio
printing-printed = Il certificato è pronto, qui sotto.
printing-taken-title = Ha il Suo certificato
printing-taken = Se non Le serve altro, tocchi «Ho finito».
printing-unclear-title = Non sappiamo se il foglio è uscito
printing-unclear = Guardi nel vassoio. L’operatore lo sa e decide con Lei.
printing-failed-title = Il foglio non è riuscito
printing-failed = L’operatore lo sa e lo prepara di nuovo.
printing-have-it = Ho il foglio
printing-end = Ho finito

## Fine
end-title = Vuole finire?
end-text = Lo schermo cancella tutto quello che ha fatto.
end-text-with = Chiude la visita con { $name }. Lo schermo cancella tutto.
end-stay = No, continuo
end-go = Sì, ho finito
idle-warning-title = È ancora qui?
idle-warning = Tra poco lo schermo cancella tutto. Tocchi per continuare.
idle-warning-waiting = Tra poco perde il posto in fila. Tocchi per restare.
idle-warning-stay = Sì, continuo
idle-warning-end = No, ho finito
goodbye-title = Grazie, arrivederci
goodbye-technical-title = La visita si è interrotta
goodbye-technical = Ci dispiace. Può ricominciare tra un momento.
goodbye-card = Prenda la Sua carta.
goodbye-card-gone = Carta presa.
goodbye-paper = Prenda il Suo foglio.
goodbye-paper-coming = Aspetti il Suo foglio.
goodbye-paper-unclear = Guardi se il Suo foglio è nel vassoio.
goodbye-paper-gone = Foglio preso.
goodbye-sheet = Riprenda il foglio dallo scanner.
goodbye-case = Si ricordi il numero { $number }.
goodbye-wiped = Lo schermo cancella tutto da solo.

## Fuori servizio
condition-starting-title = Un momento…
condition-starting = Lo sportello si sta accendendo.
condition-no-devices-title = Sportello fermo
condition-no-devices = Lettore e stampante non rispondono. Stiamo riprovando.
condition-no-network-title = Senza collegamento
condition-no-network = Ora lo sportello non è collegato. Riprova da solo.
condition-not-enrolled-title = Sportello da registrare
condition-not-enrolled = Questo sportello non è ancora registrato. Chi lo gestisce deve dargli il codice.
condition-revoked-title = Sportello chiuso
condition-revoked = Questo sportello non è più in servizio.
condition-replaced-title = Aperto in un’altra finestra
condition-replaced = Lo sportello è aperto in un’altra finestra. Questa si può chiudere.
condition-out-of-order-title = Sportello fuori servizio
condition-out-of-order = Lo sportello ha un guasto. I tecnici lo vedono.
condition-elsewhere = Può andare all’ufficio anagrafe o telefonare al Comune.

## Errori
error-timeout = Non è arrivata risposta in tempo. Riprovi.
error-link-lost = La linea si è interrotta. Riprovi tra un momento.
error-kiosk-busy = Lo sportello sta ancora chiudendo la visita di prima. Riprovi.
error-nobody-on-duty = Ora nessuna persona è in servizio.
error-outside-hours = A quest’ora nessuno risponde per questo servizio. Può continuare da solo.
error-no-node = Ora il collegamento in video è pieno. Riprovi tra poco.
error-ticket-unknown = Qui non si legge un biglietto valido. Giri il foglio e riprovi, oppure prenda un numero nuovo.
error-ticket-used = Questo biglietto è già stato usato. Può prendere un numero nuovo.
error-ticket-expired = Il tempo di questo biglietto è finito. Può prendere un numero nuovo.
error-store-unavailable = Ora il servizio non risponde. Riprovi tra un momento.
error-card-absent = Non c’è nessuna carta sul lettore. La appoggi e riscriva il numero.
error-card-removed = La carta è stata tolta troppo presto. La appoggi e riscriva il numero.
error-card-wrong-number = Il numero non è quello della carta. Guardi davanti, in basso a destra.
error-card-tries-exhausted = Tre numeri sbagliati. Ora decide l’operatore.
error-card-wrong-pin = Il PIN non è quello della tessera. Lo controlli e riprovi.
error-card-pin-blocked = Il PIN di questa tessera è bloccato. Qui non si può sbloccare: La aiuta una persona.
error-card-last-try = Resta un solo tentativo per il PIN. Prima di usarlo, parli con una persona.
error-signature-declined = Va bene, senza PIN. Può riprovare, o farsi riconoscere da una persona.
error-card-unreadable = La carta non si è letta. La sposti un poco e riprovi.
error-card-unsupported = Questa carta qui non si legge. Chieda a una persona.
error-reader-unavailable = Il lettore non risponde. Chieda a una persona.
error-scanner-empty = Nello scanner non c’è nessun foglio. Lo appoggi sul vetro e riprovi.
error-scanner-failed = Il foglio non si è letto. Chiuda il coperchio e riprovi: al massimo un foglio A4.
error-too-much = La pagina è troppo grande. Lo dica all’operatore.
error-other = Qualcosa non ha funzionato. Riprovi, oppure chieda a una persona.
