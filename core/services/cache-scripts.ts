// Layer: services. What happens inside Redis, each script at one stroke.
//
// An entry is a hash: `t` its tags with the token each tag had when it was written, `f` until when it is fresh, `p` the
// payload. One more hash holds the present token of every tag that is in use and, under `#`, a token that changes with
// every change. Forgetting a tag takes its token away, so all entries that carry it stop counting; if Redis loses or
// evicts the hash, all entries stop counting. An entry is stored only if `#` is what it was before the load.
import { createHash } from 'node:crypto';
import type { RedisClient } from './redis.ts';

/** A script and the name by which Redis knows it. */
export interface RedisScript {
  readonly text: string;
  readonly sha: string;
}

function script(text: string): RedisScript {
  return { text, sha: createHash('sha1').update(text).digest('hex') }; // SHA-1 is Redis's name for a script, no secret.
}

const TAG_LIMIT = 200_000;
const TAGS_KEPT_MS = 30 * 86_400_000;

const STORE = `
local function store(entry, tags, token, names, fresh, px, payload)
  if redis.call('HLEN', tags) > ${TAG_LIMIT} then redis.call('DEL', tags) return 0 end
  local tokens = redis.call('HMGET', tags, unpack(names))
  for i = 1, #names do
    if not tokens[i] then
      tokens[i] = token
      redis.call('HSET', tags, names[i], token)
    end
  end
  redis.call('DEL', entry)
  redis.call('HSET', entry, 't', cjson.encode({names, tokens}), 'f', fresh, 'p', payload)
  redis.call('PEXPIRE', entry, px)
  redis.call('PEXPIRE', tags, ${TAGS_KEPT_MS})
  return 1
end
local function announce(tags, channel, from, kind, items, token)
  local before = redis.call('HGET', tags, '#') or ''
  redis.call('HSET', tags, '#', token)
  redis.call('PUBLISH', channel, cjson.encode({from, kind, items, before, token}))
end
`;

/** KEYS entry, tags, lock; ARGV now, owner or '', lock ms, token → [moment, payload or nil, 1 when claimed]. */
export const CLAIM = script(`
local moment = redis.call('HGET', KEYS[2], '#')
if not moment then
  moment = ARGV[4]
  redis.call('HSET', KEYS[2], '#', moment)
end
local found = redis.call('HMGET', KEYS[1], 't', 'f', 'p')
local payload = false
if found[1] and found[2] and found[3] then
  local tags = cjson.decode(found[1])
  local tokens = redis.call('HMGET', KEYS[2], unpack(tags[1]))
  payload = found[3]
  for i = 1, #tags[1] do
    if tokens[i] ~= tags[2][i] then payload = false break end
  end
end
local claimed = 0
if ARGV[2] ~= '' and (not payload or tonumber(found[2]) <= tonumber(ARGV[1])) then
  if redis.call('SET', KEYS[3], ARGV[2], 'NX', 'PX', ARGV[3]) then claimed = 1 end
end
return {moment, payload, claimed}
`);

/** KEYS entry, tags, lock; ARGV mark, owner, token, names, fresh until, px, payload → 1 when stored. */
export const WRITE = script(`${STORE}
local stored = 0
if redis.call('HGET', KEYS[2], '#') == ARGV[1] then
  stored = store(KEYS[1], KEYS[2], ARGV[3], cjson.decode(ARGV[4]), ARGV[5], ARGV[6], ARGV[7])
end
if redis.call('GET', KEYS[3]) == ARGV[2] then redis.call('DEL', KEYS[3]) end
return stored
`);

/** KEYS entry, tags; ARGV channel, from, items, token, names, fresh until, px, payload: stores and tells the others. */
export const PUT = script(`${STORE}
announce(KEYS[2], ARGV[1], ARGV[2], 'keys', cjson.decode(ARGV[3]), ARGV[4])
store(KEYS[1], KEYS[2], ARGV[4], cjson.decode(ARGV[5]), ARGV[6], ARGV[7], ARGV[8])
return ARGV[4]
`);

/** KEYS tags, entries…; ARGV channel, from, kind, items, token, names: forgets and tells the others. */
export const FORGET = script(`${STORE}
if ARGV[3] == 'all' then redis.call('DEL', KEYS[1]) end
for i = 2, #KEYS do redis.call('DEL', KEYS[i]) end
local names = cjson.decode(ARGV[6])
for i = 1, #names, 1000 do
  redis.call('HDEL', KEYS[1], unpack(names, i, math.min(i + 999, #names)))
end
announce(KEYS[1], ARGV[1], ARGV[2], ARGV[3], cjson.decode(ARGV[4]), ARGV[5])
return ARGV[5]
`);

/** KEYS lock; ARGV owner: gives the claim back if it is still the owner's. */
export const RELEASE = script(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`);

/** KEYS bucket; ARGV max, seconds → milliseconds until there is a token, 0 when one was taken. By Redis's own clock. */
export const TAKE = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local max = tonumber(ARGV[1])
local rate = max / (ARGV[2] * 1000)
local found = redis.call('HMGET', KEYS[1], 'n', 't')
local tokens = math.min(max, (tonumber(found[1]) or max) + math.max(0, now - (tonumber(found[2]) or now)) * rate)
if tokens < 1 then return math.ceil((1 - tokens) / rate) end
redis.call('HSET', KEYS[1], 'n', tostring(tokens - 1), 't', now)
redis.call('PEXPIRE', KEYS[1], ARGV[2] * 1000)
return 0
`);

/** Runs a script, sending its text only when Redis does not know it yet. Text in the reply comes as Buffers. */
export async function runScript(
  client: RedisClient,
  { text, sha }: RedisScript,
  { keys, args }: { keys: string[]; args: (string | number | Buffer)[] },
): Promise<unknown> {
  try {
    return await client.callBuffer('EVALSHA', [sha, keys.length, ...keys, ...args]);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return await client.callBuffer('EVAL', [text, keys.length, ...keys, ...args]);
  }
}
