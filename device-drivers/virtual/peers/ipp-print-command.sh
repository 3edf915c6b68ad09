#!/bin/sh
# What happens inside the virtual printer once a job has paper (ippeveprinter -c, see ippeveprinter(1)).
#
#   spool/N-NAME.pdf  the document, $1
#   jammed            while this file is there, the sheet is stuck
#   printed/N.pdf     the output tray: what came out, by job number
#
# A job can be seen as processing for about a second. A document that is no PDF with pages aborts the job.

# Ends with the printer, which does not end its commands.
[ "$1" = --bound ] || exec setpriv --pdeathsig KILL "$0" --bound "$@"
document=$2
printer=$(dirname "$(dirname "$document")")

pages=$(pdfinfo "$document" 2>/dev/null | sed -n 's/^Pages: *//p')
[ -n "$pages" ] || exit 1
echo "ATTR: job-impressions=$pages job-impressions-completed=0" >&2
sleep 0.5
if [ -e "$printer/jammed" ]; then
  echo 'STATE: +media-jam-error' >&2
  while [ -e "$printer/jammed" ]; do sleep 0.1; done
  echo 'STATE: -media-jam-error' >&2
fi
sleep 0.5
ln "$document" "$printer/printed/$IPP_JOB_ID.pdf" || exit 1
echo "ATTR: job-impressions-completed=$pages" >&2
