package io.hongyan.simulator.account;

/** What came of changing a tag or who carries it. */
public sealed interface TagChange {

  /**
   * It was changed.
   *
   * @param tag as it is now
   */
  record Done(Tag tag) implements TagChange {}

  /** Nothing was changed. */
  record Refused(Reason reason) implements TagChange {}

  /** Why WeChat changes nothing. */
  enum Reason {
    NAME_INVALID,
    NAME_TOO_LONG,
    TOO_MANY_TAGS,
    TOO_MANY_CARRIERS,
    RESERVED,
    UNKNOWN_TAG,
    NOT_A_FOLLOWER,
    TOO_MANY_TAGS_OF_ONE
  }
}
