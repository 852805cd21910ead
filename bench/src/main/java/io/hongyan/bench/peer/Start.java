package io.hongyan.bench.peer;

/** What the start row says about a message that is about to be sent. */
enum Start {
  /** Nothing can have been accepted, or a repeat is still dropped by WeChat. */
  GO,
  /** Its outcome stands. */
  RECORDED,
  /** An earlier attempt may have been accepted, too long ago for WeChat to drop a repeat. */
  IN_DOUBT
}
