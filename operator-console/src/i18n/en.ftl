# Texts of the operator's desk. Italian is the source.

desk-title = Remote counter
title-attention = ({ $count }) Remote counter
cancel = Cancel
specimen = SPECIMEN

## Pages outside the desk

connecting-title = Connecting to the desk
connecting-text = One moment: visits in hand come back by themselves.
connecting-lost = The service does not answer. The page tries again by itself.
signed-out-title = Sign in to the desk
signed-out-text = To go on duty, sign in with your operator’s account.
signed-out-key = Sign in
replaced-title = The desk was opened in another window
replaced-text = This window gets no more requests and is no longer connected with citizens. The visits go on in the other window.
replaced-key = Take the desk back here
outdated-title = This page can no longer be used
outdated-text = Page and service do not speak the same version. Reloading brings the new one.
outdated-key = Reload the page

## Header

presence-available = Available
presence-not-ready = Not ready: { $reason }
presence-go = Go on duty
presence-pause = Pause…
reason-signed-in = just signed in
reason-break = break
reason-training = training
reason-missed-offer = missed request
reason-end-of-shift = end of shift
header-visits = in hand
header-waiting = waiting
header-longest = longest wait
header-clock = time
header-more = More…
header-sound = Sound for each request
header-other-language = Italiano
header-sign-out = Sign out
network-good = connected
network-cut = no line

## Notices

banners-title = Notices
banner-cut = The line to the service is cut. The page reconnects by itself; the keys to accept and end come back with the line.
say-line-back = The line to the service is back.
notice-read = Read
notice-visit-lost = The visit at { $kiosk } went back to the queue: the line was cut for too long.
notice-offer-expired = The request from { $kiosk } was not answered and went on.
notice-offer-citizen-left = The citizen at { $kiosk } gave up.
notice-offer-taken = The request from { $kiosk } was accepted by somebody else.
notice-offer-superseded = The request from { $kiosk } no longer stands.
say-offer = New request from { $kiosk }: { $service }.
say-of-kiosk = { $kiosk }: { $what }
say-text = { $kiosk }: new written message.

## Kiosks

kiosks-title = Kiosks
kiosks-none = No kiosk is enrolled.
kiosk-mine = mine
kiosk-free = free
kiosk-self-service = in use, alone
kiosk-waiting = asks for a person
kiosk-offered = being offered
kiosk-with-operator = with an operator
kiosk-offline = out of reach
kiosk-revoked = revoked

## Request

offer-title-coming-back = A visit to be resumed
offer-title-assisted = A person asks for assistance
offer-title-walk-up = A person asks for you
offer-service = Service
offer-language = Language
offer-step = Came as far as
offer-waited = Has waited
offer-needs = Needs
offer-accept = Accept
offer-decline = Decline
offer-others = { $count ->
    [one] There is one more request.
   *[other] There are { $count } more requests.
 }
service-residence-certificate = residence certificate
service-information = information
service-none = service not chosen yet
language-it = Italian
language-en = English
need-none = none stated
need-text-only = text only
need-assisted = to be accompanied
step-audience = who the paper is for
step-self-declaration = self-declaration
step-service = choice of service
step-duty = duty or exemption
step-privacy = privacy notice
step-card = card on the reader
step-access-number = six figures of the card
step-reading = reading the card
step-card-result = result of the card
step-person = waiting for a person
step-review = checking the words
step-printing = printing
step-goodbye = goodbye
turn-citizen = the citizen’s turn
turn-operator = the operator’s turn
turn-device = the kiosk is working

## Visits in hand

tabs-title = Visits in hand
tab-on-air = ON AIR
tab-wrap-up = to be closed
tab-away = out of reach
tab-unread = { $count ->
    [one] 1 new text
   *[other] { $count } new texts
 }
visit-title = { $kiosk }, { $town }
visit-now = Now: { $step } ({ $who })
nobody-available = No visit in hand
nobody-available-text = The next request appears here, with its countdown.
nobody-not-ready = The desk is not on duty
nobody-not-ready-text = With “Go on duty” the kiosks’ requests come in.
pane-offer = Request
pane-call = Face to face
pane-lead = Leading the citizen
pane-text = Text
pane-identity = Identity
pane-document = Certificate
pane-papers = Identity and certificate
pane-wrap-up = Closing the visit

## Face to face

picture-citizen = The citizen at { $kiosk }
picture-own = Your own picture
on-air = ON AIR: { $kiosk } hears you
off-air = Microphone closed
microphone-open = Speak to { $kiosk }
microphone-close = Close the microphone for { $kiosk }
camera-hide = Hide me
camera-show = Show me
end-visit = End the visit
end-visit-of = End the visit Alt+E: { $kiosk }
call-keys = Keys of the talk with { $kiosk }
call-connecting = Connecting…
call-reconnecting = The video line was lost: the page is getting it back. Text goes on.
call-interrupted = Picture and voice are stuck: the line is weak. Text goes on.
call-kiosk-away = The kiosk is out of reach. The visit stays here and resumes by itself.
call-citizen-coming = The kiosk is entering the talk…
call-face-to-face = Picture and voice are there.
call-picture-only = The picture is there, the voice is not: go on by text.
call-voice-only = No picture: the voice is there.
call-text-only = No video: go on by text.
call-failed-replaced = The talk was opened in another window.
call-failed-taken-over = The visit went to another operator.
call-failed-unreachable = The video service cannot be reached: go on by text.
call-failed-unsupported = This browser cannot do the video talk: go on by text.
call-over = The talk is over.
citizen-muted = the kiosk’s microphone is closed
quality-good = good line
quality-fair = fair line
quality-poor = poor line
own-nothing = Camera and microphone are missing ({ $why }): the citizen reads you, he neither sees nor hears you.
own-no-microphone = Your microphone is missing ({ $why }): the citizen reads you, he does not hear you.
own-no-camera = Your camera is missing ({ $why }): the citizen does not see you.
absence-denied = the browser has no permission
absence-absent = no device connected
absence-busy = used by another program
absence-unsupported = cannot be used here
absence-failed = broken
absence-not-wanted = not asked for
starts-muted = Trial on one computer: the microphone starts closed, because two open microphones in one room howl.
sound-blocked = The browser keeps the citizen’s voice silent.
sound-unblock = Turn the sound on
confirm-end-title = End the visit at { $kiosk }, { $town }?
confirm-end-text = The talk closes and the kiosk wipes everything. The citizen is told to take card and paper.
confirm-end-confirm = End the visit

## Leading

lead-title = Page
lead-show = Show on { $kiosk }
lead-card = Ask { $kiosk } for the card
lead-asking = Waiting for the kiosk…
lead-done = The kiosk has shown the page.
lead-refused = The kiosk cannot show it now.

## Text

text-title = Text with { $kiosk }
text-none = What is written is seen at once on the other side.
text-me = Operator
text-citizen = { $kiosk }
text-writing = is writing
text-field = Write to { $kiosk }
text-send = Send
text-phrases = Ready phrases
text-failed = Not delivered.
text-resend = Send again
phrase-hello = Good morning, I am here to help you.
phrase-moment = One moment, please: I will be right back with you.
phrase-with-you = I am with you again.
phrase-hear = Can you hear me? We can write to each other if you prefer.
phrase-card = Please put your identity card on the reader.
phrase-number = Please type the six figures at the lower right of the front of your card.
phrase-look = Please look towards the camera.
phrase-gesture = Please raise your right hand.
phrase-review = Please read the words on the screen and tell me whether they are right.
phrase-paper = The sheet is coming out of the printer: please take it.
phrase-goodbye = Please take your card and your paper. Have a good day!

## Identity

evidence-title = Identity at { $kiosk }
evidence-connecting = Connecting to the certificate service…
phase-waiting-for-card = Waiting for the card on the reader.
phase-connecting = Card found: making contact.
phase-access-number = Checking the six figures.
phase-reading = Reading the data.
phase-photo = Reading the photo.
phase-checking = Checking the signatures.
phase-done = Card read.
phase-failed = Reading failed.
evidence-wrong-numbers = Wrong numbers: { $count } of { $of }.
evidence-retry = Let { $kiosk } try again
answers-title = The five answers
answer-genuine = Genuine
answer-notCloned = Not cloned
answer-notExpired = Not expired
answer-notRevoked = Not revoked
answer-holder = Is the holder
answer-is-yes = yes
answer-is-no = no
answer-is-not-asked = not asked
why-signed-by-trusted-issuer = The data are signed by a trusted authority.
why-security-object-missing = The card lacks the signature of its data.
why-security-object-malformed = The signature of the data cannot be read.
why-algorithm-unsupported = The signature uses a method not known here.
why-digest-mismatch = The data are not those that were signed.
why-file-not-listed = Something that was read is not covered by the signature.
why-message-digest-mismatch = The list of data is not the one that was signed.
why-signature-wrong = The signature is not valid.
why-signer-missing = The signer’s certificate is missing.
why-issuer-not-trusted = The signer is not trusted.
why-signer-not-allowed = The signer may not sign cards.
why-signer-not-yet-valid = The signer’s certificate is not valid yet.
why-signer-expired = The signer’s certificate has expired.
why-issuer-not-valid = The authority is not valid at this date.
why-country-unknown = The card’s country is not among the known ones.
why-country-mismatch = The signature’s country is not the card’s.
why-chip-authentication-not-offered = This card cannot prove that it is the original: the operator’s eyes decide.
why-chip-authentication-not-asked = The chip was not asked to prove itself: the operator’s eyes decide.
why-within-validity = The expiry date has not passed.
why-expired = The card has expired.
why-expiry-unknown = The card does not say when it expires.
why-data-not-proved = The date is not signed: it says nothing.
why-no-public-look-up = There is no public list of lost cards.
why-operator-decides = The operator decides, comparing face and photo.
why-face-matches = The operator judged that the face matches.
why-face-differs = The operator judged that the face does not match.
why-other = Reason: { $reason }
warning-mrz-check-digit-wrong = A check digit of the card is wrong.
warning-birth-dates-differ = The card carries two different birth dates.
warning-tax-code-invalid = The tax code is not valid.
warning-tax-code-disagrees-surname = The tax code disagrees with the surname.
warning-tax-code-disagrees-givenNames = The tax code disagrees with the given names.
warning-tax-code-disagrees-birthDate = The tax code disagrees with the birth date.
warning-tax-code-disagrees-sex = The tax code disagrees with the sex.
warning-other = Worth a look: { $warning }
face-chip = Photo of the chip
face-chip-alt = Photo of { $person } read from the chip
face-no-photo = The card gave no photo.
face-live = Live, { $kiosk }
face-no-live = No live picture.
face-frozen = Picture held at { $at }
face-zoom = Size
face-place = Height
face-freeze = Hold the picture
face-go-on = Back to live
judge-question = Does the face match?
judge-hint = Holder: { $person }. In front of the camera: { $kiosk }.
judge-yes = Yes, it matches
judge-no = No, it does not
person-title = About the person
claim-birthDate = Birth
claim-birthPlace = Place of birth
claim-sex = Sex
claim-nationality = Nationality
claim-documentNumber = Card no.
claim-expiryDate = Expiry
claim-taxCode = Tax code
sex-F = female
sex-M = male
sex-X = not stated
source-chip-signed = from the chip, signed
source-card-read = read from the card, not signed
source-typed = typed
source-seen-by-operator = seen by the operator

## Certificate

document-title = Certificate for { $kiosk }
document-needs-identity = The card must be read first.
field-type = Type
field-use = What for
field-subject = Whose
field-taxCode = Tax code
field-duty = Stamp duty
field-markCode = Identifier, 14 digits
field-markDate = Date of the mark
field-exemption = Exemption
field-choose = To be chosen
use-private = Private use
use-public-office = For a public office
use-self-declaration = No certificate is issued for public offices: the citizen signs a self-declaration (art. 40 and 46, DPR 445/2000). You can show him the page “self-declaration”.
subject-holder = of the person identified
subject-other = of somebody else
duty-mark = due: mark of € { $euro }
duty-exemption = exempt
fault-missing = To be filled in.
fault-not-14-digits = Exactly 14 digits are needed.
fault-not-a-tax-code = 16 letters and digits are needed.
fault-in-the-future = The date is in the future.
fault-not-a-date = There is no such date.
document-prepare = Prepare the words for { $kiosk }
document-words = Words of the certificate
document-number = Number
document-another = Another certificate
document-back = Back to the present certificate
document-steps = How far the paper is
action-review = Show on { $kiosk } for checking
action-issue = Issue and print at { $kiosk }
action-reprint = Spoiled sheet at { $kiosk }: record and print again
action-print-again = Print again at { $kiosk }
document-prepared = The words are ready: the citizen has to see them.
document-reviewing = The citizen is reading the words on the screen.
document-declined = The citizen says that something is not right.
document-agreed = The citizen agrees: it can be issued.
document-issued = Issued: the paper is on its way to the kiosk.
document-fetched = The kiosk has received the paper.
document-spooled = The paper is in the print queue.
document-printing = Printing.
document-needs-attention = The printer asks for help. Once helped it goes on by itself: do not print again.
document-printed = Printed: the citizen has to take the paper.
document-taken = The citizen has taken the paper.
document-uncertain = It is not known whether the sheet came out. Ask the citizen what he sees in the tray.
document-spoiled = Spoiled sheet recorded: the same number may be printed again.
document-failed = Printing failed.
print-media-empty = There is no paper.
print-media-needed = Another paper size is needed.
print-media-jam = The paper is jammed.
print-cover-open = The cover is open.
print-door-open = The printer’s door is open.
print-toner-empty = The toner is used up.
print-marker-supply-empty = The ink is used up.
print-output-area-full = The output tray is full.
print-input-tray-missing = The paper tray is missing.
print-paused = The printer is paused.
print-offline = The printer does not answer.
print-aborted = The printer broke the job off.
print-canceled = The job was cancelled.
print-digest-mismatch = The paper arrived altered and was not printed.
print-link-lost = The kiosk has lost its line.
print-other = The printer reports a problem.
paper-agreed = agreed
paper-issued = issued
paper-spooled = queued
paper-printing = printing
paper-printed = printed
paper-taken = taken
paper-done = : done
paper-open = : not yet
confirm-issue-title = Issue and print at { $kiosk }?
confirm-issue-text = { $title }: gets a register number, the seal and the stamp, and is printed at once. There is no way back.
confirm-issue-confirm = Issue and print
confirm-reprint-title = Print again at { $kiosk }?
confirm-reprint-text = One number, one paper: before it is printed again, the spoiled sheet must be withdrawn or destroyed, and recorded.
confirm-reprint-statement = The spoiled sheet is unusable; I record it as such.
confirm-reprint-confirm = Record and print again
confirm-print-again-title = Print again at { $kiosk }?
confirm-print-again-text = No sheet came out. It is printed under the same number.
confirm-print-again-confirm = Print
refused-self-declaration = A public office takes a self-declaration, not a certificate.
refused-not-in-force = No rules are in force for this certificate today.
refused-use-not-allowed = This use is not provided for.
refused-identity-too-low = Judge the face first: the certificate wants an identity checked by the operator.
refused-requester-not-entitled = Whoever asks is not entitled.
refused-language-unavailable = The certificate does not exist in this language.
refused-duty-missing = Mark or exemption is missing.
refused-duty-not-due = No duty is due: no mark is needed.
refused-duty-mark-format = The identifier of the mark is not valid.
refused-duty-mark-date = The date of the mark is not valid.
refused-duty-mark-after-certificate = The mark is younger than the certificate.
refused-duty-mark-used = This mark has been used before.
refused-exemption-unknown = There is no such exemption.
refused-exemption-not-in-force = The exemption is not in force.
refused-exemption-needs-words = This exemption needs a reason: the office decides.
refused-subject-not-found = The registry does not know this person.
refused-subject-deceased = The person is recorded as deceased.
refused-subject-not-resident = The person is recorded as not resident.
refused-source-unavailable = The registry does not answer. Try again in a moment.
refused-glyph-missing = The name has a sign that the paper cannot write.

## Wrap-up

wrap-up-title = Close the visit at { $kiosk }, { $town }
wrap-up-text = The talk is over and the person’s data are no longer here. What is left is how it went.
wrap-up-outcome = Outcome
wrap-up-done = Close the visit at { $kiosk }
outcome-served = Served
outcome-document-issued = Certificate issued
outcome-referred = Referred to an office
outcome-citizen-left = The citizen left
outcome-technical = Technical problem
outcome-not-set = Not stated

## Keys

keys-title = Keyboard shortcuts
keys-close = Close
key-shift = Shift
command-accept = Accept the request
command-decline = Decline the request
command-toggle-microphone = Open or close the microphone
command-toggle-camera = Show or hide your own picture
command-write = Write to the citizen
command-end-visit = End the visit in front
command-show-identity = Identity in front
command-show-document = Certificate in front
command-toggle-presence = Go on duty or take a break
command-list-keys = This list
command-choose-tab = Visit in hand, by number
command-next-pane = Next pane
command-previous-pane = Previous pane

## Errors, by code

error-bad-message = The message was not understood.
error-unknown-method = The service does not know this request.
error-bad-params = Something given is not valid.
error-internal = Something failed on the other side. You can try again.
error-timeout = No answer in time. You can try again.
error-link-lost = The line was lost before the answer. You can try again.
error-aborted = The request was withdrawn.
error-too-much = The message was too large.
error-not-authenticated = The page has not introduced itself to the service yet.
error-version-unsupported = Page and service do not speak the same version.
error-proof-invalid = The proof of the key is not valid.
error-grant-invalid = The grant is not valid here.
error-grant-expired = The grant has expired: a new one is being asked for.
error-grant-foreign = The grant belongs to somebody else.
error-fence-stale = The visit has gone to somebody else.
error-kiosk-unknown = The kiosk is not enrolled.
error-kiosk-revoked = The kiosk has been revoked.
error-kiosk-busy = The kiosk already has a visit.
error-session-replaced = The desk was opened in another window.
error-signed-out = Sign in again.
error-visit-unknown = The visit is no longer there.
error-visit-state = The visit is not in the right state for that.
error-offer-gone = The request has ended or went to somebody else.
error-capacity-full = You already have as many visits as you may.
error-nobody-on-duty = Nobody is on duty.
error-no-node = No service is free for this visit.
error-peer-absent = The kiosk is out of reach at the moment.
error-media-failed = The video line could not be made.
error-store-unavailable = The service cannot reach its store. Try again in a moment.
error-card-absent = There is no card on the reader.
error-card-removed = The card was taken away too soon.
error-card-wrong-number = The six figures are not those of the card.
error-card-tries-exhausted = Three wrong numbers: the operator decides.
error-card-unreadable = The card cannot be read.
error-card-unsupported = This kind of card cannot be read here.
error-reader-unavailable = The card reader does not answer.
error-instruction-refused = The kiosk does not pass this instruction to the card.
error-scanner-empty = There is no sheet in the scanner.
error-scanner-failed = The scanner could not read the sheet.
error-printer-unavailable = The printer does not answer.
error-paper-busy = Another paper is being printed.
error-digest-mismatch = The paper did not arrive whole.
error-evidence-missing = Nobody has been identified in this visit yet.
error-document-refused = The rules do not allow this certificate.
error-document-unknown = This certificate is no longer there.
error-duty-invalid = The mark or exemption is not valid.
error-source-unavailable = The registry does not answer. Try again in a moment.
error-subject-not-found = The registry does not know this person.
error-review-declined = The citizen does not agree with the words.
