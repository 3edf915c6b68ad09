-- Several reading commands, all at one moment. Changes nothing.
-- keys    root
-- args    reads: list of { name, args }
-- result  list of their answers, in order: { result } or { error }

local answers = {}
for index, read in ipairs(args.reads) do
  args = read.args
  answers[index] = readers[read.name]()
end
return '{"result":[' .. table.concat(answers, ',') .. ']}'
