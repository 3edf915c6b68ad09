### Texts of the kiosk in English. Sentences of twenty words at most, no abbreviations.

## Frame
house-name = Video counter
progress = Step { $step } of { $of }
keys = Main keys
back = Back
end = End
next = Next
person-please = A person, please
help-large-text = Large text
help-high-contrast = Strong colours
help-reach = Lower keys
announce-large-text = Large text is on.
announce-high-contrast = Strong colours are on.
announce-reach = Lower keys are on.
more-region = Text in pages
more-up = Back up
more-down = Read on
specimen = SPECIMEN
line-interrupted = The line is interrupted. We are trying again: nothing is lost.
turn = Number { $label }. { $before ->
    [0] You are next.
    [one] One person before you.
   *[other] { $before } people before you.
 }
turn-coming = Your turn: a person is on the way.

## Notices
notice-review-declined = You said something is not right. The operator knows and corrects it.
notice-review-withdrawn = The operator is changing the document.
notice-card-asked = The operator asks you to put your card down.
notice-scan-asked = The operator asks you to put the sheet in the scanner.
notice-step-shown = The operator shows you this page.
notice-place-found = You have your place again. Take the sheet from the scanner.
notice-need-refused = Nobody on duty can help you this way now. Your place stays yours.
notice-keep-failed = We cannot give you the ticket now. You are still in line.

## Start
idle-title = Certificates, with a person to help you
idle-opening = One moment…
idle-start = Touch to start
needs = Needs
need-sign-language = Sign language
need-assisted = I need help
idle-ticket = I have a ticket
idle-card-left = There is a card on the reader. If it is yours, take it.
idle-printer-out = Printing is not possible here now. You can talk to a person.
hours-title = A person is on duty:
hours-person-there = A person is on duty now.
hours-open-nobody = Nobody is connected now.
hours-closed = The service with a person is closed now.
hours-span = { $from } to { $to }
hours-days = { $first } – { $last }
hours-phone = Telephone { $phone }
hours-or = Or:
day-monday = Monday
day-tuesday = Tuesday
day-wednesday = Wednesday
day-thursday = Thursday
day-friday = Friday
day-saturday = Saturday
day-sunday = Sunday

## Who it is for
audience-title = Who is the document for?
audience-text = Who will you give it to?
audience-private = Private: a person, bank or company
audience-public-office = A public office
audience-unsure = I am not sure: I ask a person
self-declaration-title = You need no certificate
self-declaration-text = A public office may not ask you for a certificate. That is the law.
self-declaration-how = Write and sign a statement: your address, your name, the date. It is called a self-declaration.
self-declaration-free = It is free. It counts as much as the certificate.
self-declaration-refused = An office that refuses it is wrong. A person can tell you what to do.
self-declaration-person = I ask a person
self-declaration-private = I need it for somebody private
self-declaration-done = I understand, I am done

## Service
service-title = What do you need?
service-text = Choose one. You can go back at any time.
service-residence = Certificate of residence
service-other = Another certificate: household, citizenship, birth…
service-information = Information from a person

## Duty
duty-title = The certificate needs a { $euro } euro duty mark
duty-title-unknown = The certificate may need a duty mark
duty-title-none = No stamp duty is due for the certificate today
duty-text = You need a duty mark. Tobacconists sell it.
duty-text-none = You need no duty mark.
duty-exempt-text = Some uses are free of duty: for example { $uses }.
duty-exempt-text-plain = Some uses are free of duty.
duty-exempt-use-6 = adoption
duty-exempt-use-7 = separation
duty-exempt-use-9 = foreign pension
duty-no-mark = No marks are sold here. Without a mark you can come back later.
duty-mark = I have the duty mark
duty-exempt = My use is free of duty
duty-unsure = I am not sure: I ask a person

## Privacy
privacy-title = Your data, in short
privacy-who = { $town } is responsible for your data.
privacy-why = We read the card only to know who you are and make the certificate.
privacy-picture = If you talk to a person, you see each other. Nothing is recorded.
privacy-kept = We keep the certificate and who made it, as long as the law says.
privacy-wiped = At the end this screen deletes everything.
privacy-rights = You can ask the town what it keeps and have it corrected.
privacy-next = I have read this

## Card
card-title = Put your card on the reader
card-text = The electronic identity card goes crosswise, as in the picture. Leave it there.
card-found-title = Card found
card-found = The card is on the reader. Leave it there.
card-none = I do not have this card
card-reader-out-title = The reader does not work
card-reader-out = The card reader does not work now. A person can identify you another way.
card-not-read-title = The health card did not answer as needed
card-again = Try again
access-number-title = Type the six figures of the card
access-number-text = They are on the front, bottom right. It is not the secret code.
access-number-tries = { $left ->
    [one] You can try once more.
   *[other] You can try { $left } more times.
 }
access-number-card-gone = The card is not on the reader now. Put it back.
access-number-typed = { $count ->
    [0] No figure typed
    [one] One figure typed
   *[other] { $count } figures typed
 }
access-number-erase = Delete
access-number-send = Next
access-number-short = { $left ->
    [one] One figure is missing.
   *[other] { $left } figures are missing.
 }
access-number-locked-title = Three wrong numbers
access-number-locked = Now the operator decides. Your card is not blocked.
pin-title = Type the PIN of your health card
pin-text = The PIN is in the envelope that came with the health card. It stays here: nobody sees it, not even the operator.
pin-short = The PIN has { $from } to { $to } digits.
pin-last-try = Careful: this is the last try. If it is wrong, the card is blocked.
pin-tries = { $left ->
    [one] One try is left.
   *[other] { $left } tries are left.
  }
pin-signs = With the PIN the card confirms that you are here:
pin-signs-for = Service
pin-signs-where = Kiosk
pin-signs-when = Time
pin-moment = { DATETIME($at, dateStyle: "long", timeStyle: "short") }
pin-send = Confirm
pin-decline = I do not want to use the PIN
reading-title = We are reading the card
reading-connecting = Talking to the card
reading-access-number = Checking the six figures
reading-reading = Reading name and date of birth
reading-photo = Reading the photograph
reading-pin = Waiting for the PIN
reading-checking = Checking that the card is genuine
reading-hold = Leave the card still on the reader.
card-result-title = Good day, { $name }
card-result-next = Next: I talk to a person
answer-genuine-yes = The card is genuine.
answer-genuine-no = The card does not seem genuine.
answer-genuine-not-asked = We do not know whether the card is genuine.
answer-not-cloned-yes = The card is not a copy.
answer-not-cloned-no = The card seems to be a copy.
answer-not-cloned-not-asked = We cannot see here whether it is a copy: the operator decides.
answer-not-expired-yes = The card has not expired.
answer-not-expired-no = The card has expired.
answer-not-expired-not-asked = We do not know whether the card has expired.
answer-not-revoked-yes = The card has not been cancelled.
answer-not-revoked-no = The card has been cancelled.
answer-not-revoked-not-asked = We cannot know here whether it has been cancelled.
answer-holder-yes = The card is yours.
answer-holder-no = The card does not seem to be yours.
answer-holder-not-asked = The operator checks that the card is yours.

## A person
person-offer-title = Do you want to talk to a person?
person-offer = You will see and hear each other. What you did so far stays.
person-call = I call a person
person-asking = We are calling a person…
person-asking-text = One moment: we are looking for somebody free.
person-coming = A person is on the way
person-your-turn = It is your turn
person-waiting = You are in the queue
person-coming-back = One moment: we are coming back to you
person-place = { $before ->
    [0] You are next
    [one] One person before you
   *[other] { $before } people before you
 }
wait-unknown = Waiting time not known yet
wait-minute = Less than a minute
wait-up-to = { $to ->
    [one] One minute at most
   *[other] { $to } minutes at most
 }
wait-about = { $to ->
    [one] About one minute
   *[other] About { $to } minutes
 }
wait-between = Between { $from } and { $to } minutes
person-meanwhile = Meanwhile you may go on reading: you keep your place.
person-nobody-now = Nobody can answer now. Here is when and where you can find a person.
person-go-on-reading = I go on meanwhile
person-cancel = I stop waiting
person-keep = I come back later and keep my place
person-with = { $name } is with you
person-with-text = Speak, or write. The screen will show you what to do.
person-with-write = Please write: touch “I write”. The screen will show you what to do.
person-with-prepares = The card has been read. The operator prepares the document.
person-with-card = I go on with the card
person-refused-title = Nobody can answer now
person-refused-instead = You can come back at these hours, telephone, or go to the office.
person-no-signs-title = Nobody on duty knows sign language now
person-no-signs = You can write with a person, here on the screen. Or you can come back later.
person-by-text = I write with a person
person-go-on-alone = Back to the page before

## A place that is kept
keeping-title = Keeping your place…
keeping = One moment: we are making the ticket.
kept-until = Your place is kept until { DATETIME($until, timeStyle: "short") }
kept-slip-printing = The ticket comes out below in a moment. You may also photograph the code.
kept-slip-printed = Take the ticket, below. You may also photograph the code.
kept-slip-failed = The ticket cannot be printed: photograph the code with your phone.
kept-how = Come back with the ticket to any video counter: you get the place you had.
kept-once = It is good once, for whoever shows it. Keep it with you.
kept-code = Code of the ticket
kept-number = Your number
kept-have-it = I have the ticket
slip-show = At the counter touch “I have a ticket” and lay the code on the scanner.
returning-asked-title = Put the ticket in the scanner
returning-asked = Lay it on the glass, code side down. If it is on your phone, make the screen bright. Then touch the key.
returning-reading-title = Reading the ticket
returning-reading = Leave it where it is. This may take a minute.
returning-showing-title = Looking for your place
returning-showing = One moment.
returning-over-title = The ticket is no longer good
returning-read = Read the ticket
returning-new-number = I take a new number

## Case of the office
case-title = You will get it later
case-text = { $title }: the office decides, and it cannot be made now. Your request is on record.
case-number = This is the number of your case.
case-keep-number = This is the number of your case. Write it down.
case-slip-printing = We are printing a note with the number: it comes out below in a moment.
case-slip-printed = The note with the number is below: take it.
case-slip-failed = The note cannot be printed: write the number down.
case-answer = The office answers by { DATETIME($day, dateStyle: "long", timeZone: "UTC") }.
case-collect = Then you collect it with the same identity document: { $place }. It stays ready for { $days } days.
case-still-here = { $name } is still with you.

## Call
call = Call
call-face = Picture of { $name }
call-self = Your own picture
call-keys = Keys of the call
call-microphone-on = Microphone on
call-microphone-off = Microphone off
call-microphone-absent = No microphone
call-camera-on = Video on
call-camera-off = Video off
call-camera-absent = No video
call-muted-for-demo = Demo: the microphone is off. The key switches it on.
call-text-open = I write
call-text-close = Close the keyboard
call-line-coming = { $name } is on the way
call-line-back-soon = One moment: { $name } will be back with you
call-somebody = a person
call-line-by-text = Picture and voice do not work. You can write: touch “I write”.
call-line-reconnecting = The line is weak. We are trying again: please stay.
call-line-no-picture = The picture has stopped. The voice goes on.
call-line-no-voice = The voice does not arrive. You can write: touch “I write”.
call-line-camera-off = { $name } switched the video off. The voice goes on.
call-line-microphone-muted = { $name } switched the microphone off for a moment.
call-line-here = { $name } sees and hears you
call-line-seen = { $name } sees you. Your microphone is not on.
call-line-heard = { $name } hears you. Your video is not on.
call-line-neither = { $name } is with you. Your video and your microphone are not on.
text-title = Write here
text-log = Written text
text-you = You
text-operator = Operator
text-draft = You are writing: { $text }
text-space = space
text-erase = Delete
text-send = Send

## Scanner
scan-asked-title = Put the sheet in the scanner
scan-asked = Lay it on the glass, written side down. Close the lid and touch the key.
scan-now = Scan
scan-again = Try again
scan-running-title = The scanner is reading the sheet
scan-running = Leave the sheet where it is. It can take a minute.
scan-sent-title = The operator sees the page
scan-sent = You can take the sheet back. The page is deleted with the visit.
scan-failed-title = The scan did not work
scan-out-title = The scanner does not work
scan-out = The scanner does not answer now. Tell the operator.
scan-back = I turn the sheet and scan the back
scan-finished = I am done

## Document
review-title = Is everything right?
review-text = Take your time to read. Then we print.
review-agree = Yes, print it
review-wrong = Something is wrong
printing-preparing-title = We are preparing the paper
printing-preparing = This takes a moment.
printing-printing-title = We are printing the paper
printing-printing = It comes out below in a moment.
printing-out-of-paper-title = The printer is out of paper
printing-out-of-paper = The operator knows. Your certificate is not lost.
printing-jam-title = The paper is jammed
printing-jam = The operator knows. Your certificate is not lost.
printing-attention-title = The printer has stopped
printing-attention = The operator knows. Your certificate is not lost.
printing-printed-title = Take your paper
printing-printed = The certificate is ready, below.
printing-taken-title = You have your certificate
printing-taken = If you need nothing else, touch “I am done”.
printing-unclear-title = We do not know whether the paper came out
printing-unclear = Look in the tray. The operator knows and decides with you.
printing-failed-title = The paper went wrong
printing-failed = The operator knows and prepares it again.
printing-have-it = I have the paper
printing-end = I am done

## End
end-title = Do you want to end?
end-text = The screen deletes everything you did.
end-text-with = This ends the visit with { $name }. The screen deletes everything.
end-stay = No, I go on
end-go = Yes, I am done
idle-warning-title = Are you still here?
idle-warning = Soon the screen deletes everything. Touch to go on.
idle-warning-waiting = Soon you lose your place in the queue. Touch to stay.
idle-warning-stay = Yes, I go on
idle-warning-end = No, I am done
goodbye-title = Thank you, goodbye
goodbye-technical-title = The visit was interrupted
goodbye-technical = We are sorry. You can start again in a moment.
goodbye-card = Take your card.
goodbye-card-gone = Card taken.
goodbye-paper = Take your paper.
goodbye-paper-coming = Wait for your paper.
goodbye-paper-unclear = Look in the tray for your paper.
goodbye-paper-gone = Paper taken.
goodbye-sheet = Take your sheet out of the scanner.
goodbye-case = Remember the number { $number }.
goodbye-wiped = The screen deletes everything by itself.

## Out of service
condition-starting-title = One moment…
condition-starting = The counter is starting.
condition-no-devices-title = The counter has stopped
condition-no-devices = Reader and printer do not answer. We are trying again.
condition-no-network-title = No connection
condition-no-network = The counter is not connected now. It tries again by itself.
condition-not-enrolled-title = This counter is not enrolled
condition-not-enrolled = This counter is not registered yet. Whoever runs it has to give it the code.
condition-revoked-title = Counter closed
condition-revoked = This counter is no longer in service.
condition-replaced-title = Open in another window
condition-replaced = The counter is open in another window. This one can be closed.
condition-out-of-order-title = Counter out of order
condition-out-of-order = The counter has a fault. The technicians can see it.
condition-elsewhere = You can go to the registry office or telephone the town.

## Errors
error-timeout = No answer came in time. Try again.
error-link-lost = The line was interrupted. Try again in a moment.
error-kiosk-busy = The counter is still closing the visit before. Try again.
error-nobody-on-duty = Nobody is on duty now.
error-outside-hours = Nobody answers for this service at this hour. You can go on alone.
error-no-node = The video line is full now. Try again soon.
error-ticket-unknown = There is no valid ticket here. Turn the sheet and try again, or take a new number.
error-ticket-used = This ticket has been used already. You can take a new number.
error-ticket-expired = The time of this ticket is over. You can take a new number.
error-store-unavailable = The service does not answer now. Try again in a moment.
error-card-absent = There is no card on the reader. Put it there and type again.
error-card-removed = The card was taken away too soon. Put it back and type again.
error-card-wrong-number = That is not the number on the card. Look at the front, bottom right.
error-card-tries-exhausted = Three wrong numbers. Now the operator decides.
error-card-wrong-pin = That is not the PIN of this card. Check it and try again.
error-card-pin-blocked = The PIN of this card is blocked. It cannot be unblocked here: a person will help you.
error-card-last-try = Only one try is left for the PIN. Before you use it, talk to a person.
error-signature-declined = All right, without the PIN. You can try again, or let a person identify you.
error-card-unreadable = The card could not be read. Move it a little and try again.
error-card-unsupported = This card cannot be read here. Ask a person.
error-reader-unavailable = The reader does not answer. Ask a person.
error-scanner-empty = There is no sheet in the scanner. Lay it on the glass and try again.
error-scanner-failed = The sheet could not be read. Close the lid and try again: A4 at most.
error-too-much = The page is too large. Tell the operator.
error-other = Something did not work. Try again, or ask a person.
