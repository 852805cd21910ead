package io.hongyan.bench.peer;

import io.hongyan.bench.peer.Message.Key;

/** A message that WeChat accepted. */
record Success(Key key, String openid, long msgid, long sentAtMillis, int tookMillis) {}
