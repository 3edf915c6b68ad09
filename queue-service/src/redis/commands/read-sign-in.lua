-- Whether a sign-in was signed out before its end. Changes nothing.
-- keys    root
-- args    signIn
-- result  { signedOut }

return cjson.encode({ result = { signedOut = not not redis.call('ZSCORE', key.signedOut(), args.signIn) } })
