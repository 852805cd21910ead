package io.hongyan.gateway.inbox;

import io.hongyan.gateway.account.Account;
import io.hongyan.gateway.account.AccountRegistry;
import io.hongyan.gateway.account.VisibleAccounts;
import io.hongyan.gateway.batch.Uid;
import io.hongyan.gateway.inbox.InboxMapper.ConversationRow;
import io.hongyan.gateway.inbox.InboxMapper.MessageRow;
import io.hongyan.gateway.inbox.InboxMapper.UnreadRow;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.Page;
import io.hongyan.gateway.web.ProblemException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** People's inboxes over HTTP, for the company's own app: a key sees the accounts it may use. */
@RestController
@RequestMapping("/v1/inbox/users/{uid}")
class InboxController {

  private final Inbox inbox;
  private final UserSync sync;
  private final InboxErasure erasure;
  private final AccountRegistry accounts;
  private final VisibleAccounts visibleAccounts;

  InboxController(
      Inbox inbox,
      UserSync sync,
      InboxErasure erasure,
      AccountRegistry accounts,
      VisibleAccounts visibleAccounts) {
    this.inbox = inbox;
    this.sync = sync;
    this.erasure = erasure;
    this.accounts = accounts;
    this.visibleAccounts = visibleAccounts;
  }

  @GetMapping("/conversations")
  Page<Conversation> conversations(
      ApiKey key,
      @PathVariable String uid,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    key.require(Scope.READ);
    int size = Page.limit(limit);
    return Page.of(
        inbox.conversations(
            Uid.require(uid), visible(key), PlaceCursor.parse(cursor), Page.rowsFor(size)),
        size,
        row -> PlaceCursor.of(row.lastAt(), row.accountId()),
        this::shown);
  }

  @GetMapping("/conversations/{account}/messages")
  Page<Message> messages(
      ApiKey key,
      @PathVariable String uid,
      @PathVariable String account,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    visibleAccounts.require(key, Scope.READ, account);
    int size = Page.limit(limit);
    return Page.of(
        inbox.messages(Uid.require(uid), account, PlaceCursor.parse(cursor), Page.rowsFor(size)),
        size,
        row -> PlaceCursor.of(row.at(), new InboxId(row.id()).toString()),
        Message::of);
  }

  @PostMapping("/conversations/{account}/read")
  Read read(
      ApiKey key,
      @PathVariable String uid,
      @PathVariable String account,
      @RequestBody(required = false) @Nullable ReadRequest request) {
    visibleAccounts.require(key, Scope.SEND, account);
    int marked =
        inbox.markRead(Uid.require(uid), account, request == null ? null : request.message());
    return new Read(marked, Unread.of(inbox.unread(uid, Set.of(account))).total());
  }

  @GetMapping("/unread")
  Unread unread(ApiKey key, @PathVariable String uid) {
    key.require(Scope.READ);
    return Unread.of(inbox.unread(Uid.require(uid), visible(key)));
  }

  /** The person's token was just validated somewhere; the same as an event on the queue. */
  @PostMapping("/active")
  Active active(ApiKey key, @PathVariable String uid) {
    key.require(Scope.SEND);
    UserSync.ShownUp shownUp = sync.shownUp(Set.of(Uid.require(uid)));
    if (shownUp.recent().contains(uid)) {
      return new Active("recent");
    }
    return new Active(shownUp.running().contains(uid) ? "running" : "synced");
  }

  /** Forgets the person, in all accounts; for admins. */
  @DeleteMapping
  InboxErasure.Erased erase(ApiKey key, @PathVariable String uid) {
    key.require(Scope.ADMIN);
    key.requireAllAccounts();
    return erasure.erase(key.id(), Uid.require(uid));
  }

  private static @Nullable Set<String> visible(ApiKey key) {
    return key.mayUseAll() ? null : key.accounts();
  }

  private Conversation shown(ConversationRow row) {
    return new Conversation(
        row.accountId(),
        accounts.findAccount(row.accountId()).map(Account::name).orElse(row.accountId()),
        row.unread(),
        row.messages(),
        row.lastAt(),
        new LastMessage(new InboxId(row.lastId()).toString(), row.lastTitle()));
  }

  /**
   * A conversation: what one account has told the person.
   *
   * @param lastAt when its newest message came
   */
  record Conversation(
      String account, String name, int unread, int messages, Instant lastAt, LastMessage last) {}

  /** The newest message of a conversation. */
  record LastMessage(String id, String title) {}

  /**
   * A message.
   *
   * @param at when it came, or, for an announcement, when it became visible
   * @param updatedAt when its content was edited last
   * @param readAt null = unread
   */
  record Message(
      String id,
      String title,
      String body,
      @Nullable String url,
      Instant at,
      Instant updatedAt,
      @Nullable Instant readAt) {

    static Message of(MessageRow row) {
      return new Message(
          new InboxId(row.id()).toString(),
          row.title(),
          row.body(),
          row.url(),
          row.at(),
          row.updatedAt(),
          row.readAt());
    }
  }

  /**
   * Body of {@code POST …/read}.
   *
   * @param upTo the newest message that the person saw; null for all
   */
  record ReadRequest(@Nullable String upTo) {

    @Nullable InboxId message() {
      return upTo == null
          ? null
          : InboxId.parse(upTo)
              .orElseThrow(
                  () -> ProblemException.invalid("upTo '%s' is no message id".formatted(upTo)));
    }
  }

  /**
   * What became of marking.
   *
   * @param read how many were unread and are not any more
   * @param unread how many still are
   */
  record Read(int read, int unread) {}

  /** Unread messages, all together and by account. */
  record Unread(int total, Map<String, Integer> accounts) {

    static Unread of(List<UnreadRow> rows) {
      Map<String, Integer> accounts = new LinkedHashMap<>();
      rows.forEach(row -> accounts.put(row.accountId(), row.unread()));
      return new Unread(rows.stream().mapToInt(UnreadRow::unread).sum(), accounts);
    }
  }

  /** What was done: {@code synced}, or nothing because {@code recent} or {@code running}. */
  record Active(String sync) {}
}
