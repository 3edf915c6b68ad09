-- What a kiosk may see of itself and its visit. Changes nothing.
-- keys    root
-- args    kioskId
-- result  { kiosk, onDuty, visit?, place?, operatorPresent?, certificatesNode?, mediaNode?, handling, slots }
-- errors  kiosk-unknown

local reading = kiosk_reading(args.kioskId)
if not reading then return fail('kiosk-unknown') end
return cjson.encode({ result = reading })
