-- A desk's socket is gone. The lease runs on: until it ends the visits in hand stay bound, and nothing new is offered.
-- keys    root
-- args    operatorId, session, silentMs (how long ago its last sign of life was)
-- result  {}; nothing happens when another session has the desk

local operator = load_operator(args.operatorId)
if operator.session ~= args.session then return finish({}) end
lose_desk(operator, args.silentMs)
assign()
return finish({})
