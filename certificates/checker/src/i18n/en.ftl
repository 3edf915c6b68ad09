title = Check of the printed stamp
intro = Tells whether the stamp on a certificate is genuine. Everything stays on this device: checking uses no network.
language = Italiano
right-address = This check belongs to { $municipality }. Its only address is { $host }: type it yourself, do not use the one read from the sheet.

choose = How do you want to show the stamp?
choose-camera = Point the camera at it
choose-file = Open a photo or a PDF
choose-file-hint = PDF, PNG or JPEG
paste-label = Or paste the address or the text of the stamp
paste-check = Check the text
again = Check another stamp
stop = Stop

camera-heading = Point at the stamp
camera-hint = The square should fill about half of the picture, sharp and without glare.
camera-denied = The camera is not available. Open a photo of the stamp instead.
busy = Reading…

specimen = SPECIMEN – a demonstration authority: the document has no value.

status-VALID = The stamp is genuine
status-CONTENT_DIFFERS = The stamp is genuine, but the sheet says something else
status-READ_ERROR = No readable stamp
status-WRONG_FORMAT = This is not a well-formed stamp
status-UNKNOWN_CERTIFICATE = The signer of the stamp is unknown
status-UNTRUSTED_CERTIFICATE = The signer of the stamp is not recognised
status-INVALID_DOCUMENTTYPE = The signature is known, but this is not a certificate of this kind
status-EXPIRED_CERTIFICATE = The key of the stamp is not in force
status-REVOKED_CERTIFICATE = The key of the stamp was revoked
status-OUTSIDE_KEY_PERIOD = The day of the signature is outside the period of the key
status-INVALID_SIGNATURE = The stamp is altered or forged

advice-VALID = The lines below are what the town has signed. The stamp is true on a photocopy too, or beside changed words: only what is equal counts.
advice-CONTENT_DIFFERS = Do not rely on the sheet. The stamp comes from another certificate, or the sheet was changed.
advice-READ_ERROR = Try more light, closer, or the original PDF. Unread, nothing can be said about the sheet.
advice-WRONG_FORMAT = The symbol holds something else, such as the address of a site. It proves nothing.
advice-UNKNOWN_CERTIFICATE = This signer is not in the list of keys. Update the list; if it stays unknown, do not rely on the sheet.
advice-UNTRUSTED_CERTIFICATE = The key does not come from the town’s authority. Do not rely on the sheet.
advice-INVALID_DOCUMENTTYPE = It proves nothing about a registry certificate.
advice-EXPIRED_CERTIFICATE = Look at the date of this device. If it is right, ask the town.
advice-REVOKED_CERTIFICATE = The key is no longer safe: anybody may have used it. Ask the town.
advice-OUTSIDE_KEY_PERIOD = On that day this key was not to sign. Do not rely on the sheet: ask the town.
advice-INVALID_SIGNATURE = The content is not what was signed. Do not rely on the sheet.

original-VALID = The file is the original sealed by the town, intact
original-TOO_LARGE = The file is too large for an original
original-NOT_SEALED = The file has no seal
original-SECOND_SIGNATURE = The file has more than one signature: it is not the original
original-BYTES_APPENDED = Something was added after the seal: it is not the original
original-WRONG_RANGE = The seal does not cover the whole file: it is not the original
original-WRONG_FORMAT = The seal of the file is not well formed
original-SEVERAL_SIGNERS = The seal has several signers
original-WEAK_ALGORITHM = The seal uses an algorithm that is not safe
original-UNKNOWN_CERTIFICATE = Whoever sealed the file is unknown
original-CONTENT_CHANGED = The file was changed after it was sealed
original-INVALID_SIGNATURE = The seal is altered or forged
original-INVALID_TIME_STAMP = The time-stamp of the seal is not valid
original-REVOKED_CERTIFICATE = The key of the seal was revoked
original-EXPIRED_CERTIFICATE = The key of the seal is not in force
original-OUTSIDE_KEY_PERIOD = The seal is of a day on which the key was not to seal
original-advice-true = Every word of this file is the town’s: there is nothing else to compare. Only look how long the certificate is valid, as it says. A print of the file without a stamp proves nothing.
original-advice-false = Do not rely on this file. In doubt ask the town, or open the original from the address in the stamp.
original-sealed = Sealed on { $time }, by its own word.
original-proven = A time-stamp authority confirms it: { $time }.

level-high = Level of trust: high
level-medium = Level of trust: medium
level-low = Level of trust: low
level-none = Level of trust: none
unknown-feature = It also holds fields that this version does not know (UNKNOWN_FEATURE).
validity-current = The certificate is within its validity on { $day }.
validity-not-yet = The certificate is not yet valid on { $day }.
validity-over = The certificate has expired (today is { $day }): the stamp is still genuine.
several = Stamp { $number } of { $count }

compare-heading = Signed content, line by line
compare-by-eye = Compare each line with the sheet and tick it when it is equal.
compare-same = The words of the PDF say the same. Still look at each line with your own eyes.
compare-differs = The marked lines cannot be read on the PDF.
compare-progress = { $done } of { $count } lines compared
compare-done = All lines are equal to the sheet.
not-on-paper = cannot be read on the sheet
foreign = The sheet says “{ $text }”, which is not in the stamp.
pages-differ = The pages of the file are not those that the sheet announces.
document-kind = Certificate
technical = Technical data

address-other = Careful: the symbol carries the address { $address }, which is not that of { $municipality }. A site that looks like this one can lie: use only { $host }.

keys-heading = The town’s keys
keys = List no. { $sequence } of { $issued } ({ $days ->
    [0] today
    [one] yesterday
   *[other] { $days } days ago
}), to be updated by { $next }.
keys-outdated = The list of keys is old: a recent revocation may be missing.
keys-early = The clock of this device is behind: { $day } is before the list of keys.
keys-refresh = Update the list
keys-refreshing = Updating…
keys-newest = The list is the newest.
keys-failed = The list could not be updated; the present one is used.
keys-rolled-back = The list offered is older than one seen before, and is refused.
keys-taken = The list of the file was taken.
keys-not-a-list = This file is no list of keys (trust.json).
keys-wrong-signature = The list offered is not signed by the town’s authority and is refused.
keys-open = Open a list from a file
keys-save = Save the list for a copy without network
keys-where = The newest list can be had from { $address }.
save = Save this page to use it without a network

trouble-no-trust = This copy does not hold the town’s keys and cannot check. Get it from the town’s site.
trouble-TRUST_MALFORMED = The list of keys is damaged: this copy cannot check. Get it from the town’s site.
trouble-TRUST_WRONG_SIGNATURE = The list of keys is not signed by the town’s authority: this copy cannot check.
trouble-TRUST_ROLLED_BACK = The list of keys is older than one seen before: this copy cannot check. Get it from the town’s site.
trouble-TRUST_MISSING = The keys are missing: this copy cannot check.

read-FILE_TOO_LARGE = The file is too large.
read-FILE_UNKNOWN = The file is not PDF, PNG, JPEG or text.
read-IMAGE_TOO_LARGE = The picture has too many pixels.
read-IMAGE_UNREADABLE = The picture is damaged.
read-PDF_UNREADABLE = The PDF is damaged or protected.
read-PDF_TOO_SLOW = Reading took too long and was stopped.
read-TOOL_MISSING = A program for reading is missing.
read-NO_SYMBOL = No QR or DataMatrix symbol is seen.
