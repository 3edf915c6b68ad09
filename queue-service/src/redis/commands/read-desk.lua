-- What an operator has in hand: his visits with their kiosks, and what he is offered. Changes nothing.
-- keys    root
-- args    operatorId
-- result  { operator, visits: list of { visit, slot, kiosk, offerEnds?, mediaNode?, certificatesNode? }, now }
-- errors  link-lost (his lease has lapsed)

local reading = desk_reading(args.operatorId)
if not reading then return fail('link-lost') end
return cjson.encode({ result = reading })
