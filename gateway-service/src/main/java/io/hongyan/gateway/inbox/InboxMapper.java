package io.hongyan.gateway.inbox;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/**
 * SQL for people and their copies. Reading takes what a person lacks beside what was written: it
 * counts as written, unless it was written meanwhile.
 */
@Mapper
interface InboxMapper {

  /**
   * The floors of those who have one, and in each row, at least one, the latest revision and when
   * this looked.
   */
  List<UserFloor> findFloors(@Param("uids") String[] uids);

  /** Who of the people is in which of the segments' versions. */
  List<Member> findMembers(@Param("versions") Long[] versions, @Param("uids") String[] uids);

  /** Lets nobody be erased until the transaction ends. */
  void lockErasuresOut();

  /** Who of the people was erased, and before what moment. */
  List<ErasedUser> findErased(@Param("uids") String[] uids);

  /**
   * Moves floors, never back, and locks their rows until the transaction ends.
   *
   * @param uids each once; locked in their order, so that two who write do not wait for each other
   */
  void moveFloors(
      @Param("uids") String[] uids, @Param("floors") Long[] floors, @Param("now") Instant now);

  /** Writes copies that are not there; how many were not. */
  int writeCopies(@Param("uids") String[] uids, @Param("ids") Long[] ids);

  /** The conversations of a person below the cursor, by last change, the latest first. */
  List<ConversationRow> findConversations(
      @Param("reading") Reading reading,
      @Param("beforeAt") Instant beforeAt,
      @Param("beforeAccount") String beforeAccount,
      @Param("rows") int rows);

  /** The messages of a conversation below the cursor, newest first. */
  List<MessageRow> findMessages(
      @Param("reading") Reading reading,
      @Param("beforeAt") Instant beforeAt,
      @Param("beforeId") long beforeId,
      @Param("rows") int rows);

  /** Unread messages of each conversation that has some. */
  List<UnreadRow> countUnread(@Param("reading") Reading reading);

  /** When a message came that is or was in the conversation; empty if none of that id is there. */
  Optional<Instant> findTime(@Param("reading") Reading reading, @Param("id") long id);

  /** Marks what is visible as read, up to that message; how many were unread. */
  int markRead(
      @Param("reading") Reading reading,
      @Param("untilAt") Instant untilAt,
      @Param("untilId") long untilId);

  /**
   * Whose inbox is read, and what of it.
   *
   * @param lacking announcements that the person gets and that may not be written
   * @param accounts the conversations to look at; null for all
   * @param now what is visible at that moment
   */
  record Reading(String uid, Long[] lacking, @Nullable Set<String> accounts, Instant now) {}

  /** A row of {@link #findFloors}; without uid and floor where nobody has one. */
  record UserFloor(long revision, Instant foundAt, @Nullable String uid, @Nullable Long floor) {

    void putInto(Map<String, Long> floors) {
      if (uid != null && floor != null) {
        floors.put(uid, floor);
      }
    }
  }

  /**
   * A person who was erased.
   *
   * @param before what was found before that moment must not be written
   */
  record ErasedUser(String uid, Instant before) {}

  /** A person in a version of a segment. */
  record Member(long version, String uid) {}

  /**
   * A conversation.
   *
   * @param lastAt when its newest visible message came
   */
  record ConversationRow(
      String accountId, int unread, int messages, Instant lastAt, long lastId, String lastTitle) {}

  /** A message of a conversation. */
  record MessageRow(
      long id,
      String title,
      String body,
      @Nullable String url,
      Instant at,
      Instant updatedAt,
      @Nullable Instant readAt) {}

  /** A conversation's unread messages. */
  record UnreadRow(String accountId, int unread) {}
}
