package io.hongyan.gateway.inbox;

import io.hongyan.gateway.account.VisibleAccounts;
import io.hongyan.gateway.batch.IdempotencyKeys;
import io.hongyan.gateway.inbox.Announcements.Published;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.Page;
import io.hongyan.gateway.web.ProblemException;
import java.net.URI;
import java.time.Clock;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Announcements over HTTP, for who publishes them. */
@RestController
@RequestMapping("/v1/inbox/announcements")
class AnnouncementController {

  private final Announcements announcements;
  private final AnnouncementMapper mapper;
  private final VisibleAccounts visibleAccounts;
  private final Clock clock;

  AnnouncementController(
      Announcements announcements,
      AnnouncementMapper mapper,
      VisibleAccounts visibleAccounts,
      Clock clock) {
    this.announcements = announcements;
    this.mapper = mapper;
    this.visibleAccounts = visibleAccounts;
    this.clock = clock;
  }

  @PostMapping
  ResponseEntity<String> publish(
      ApiKey key,
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey,
      @RequestBody PublishRequest request) {
    key.require(Scope.SEND);
    String checkedKey = idempotencyKey == null ? null : IdempotencyKeys.requireForm(idempotencyKey);
    Published published = announcements.publish(key, request, checkedKey);
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.created(URI.create("/v1/inbox/announcements/" + published.id()))
            .contentType(MediaType.APPLICATION_JSON);
    if (published.replayed()) {
      answer.header("Idempotency-Replayed", "true");
    }
    return answer.body(published.view());
  }

  @GetMapping
  Page<AnnouncementView> list(
      ApiKey key,
      @RequestParam(required = false) @Nullable String account,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    key.require(Scope.READ);
    if (account != null) {
      visibleAccounts.require(key, Scope.READ, account);
    }
    int size = Page.limit(limit);
    return Page.of(
        mapper.findPage(accounts(key, account), before(cursor), Page.rowsFor(size)),
        size,
        it -> new InboxId(it.id()).toString(),
        this::view);
  }

  @GetMapping("/{id}")
  AnnouncementView get(ApiKey key, @PathVariable String id) {
    key.require(Scope.READ);
    return view(announcements.get(key, id));
  }

  @PutMapping("/{id}")
  AnnouncementView edit(ApiKey key, @PathVariable String id, @RequestBody EditRequest request) {
    key.require(Scope.SEND);
    return view(announcements.edit(key, id, request));
  }

  @PostMapping("/{id}/withdraw")
  AnnouncementView withdraw(ApiKey key, @PathVariable String id) {
    key.require(Scope.SEND);
    return view(announcements.withdraw(key, id));
  }

  private AnnouncementView view(Announcement announcement) {
    return AnnouncementView.of(announcement, clock.instant());
  }

  private static @Nullable Set<String> accounts(ApiKey key, @Nullable String account) {
    if (account != null) {
      return Set.of(account);
    }
    return key.mayUseAll() ? null : key.accounts();
  }

  private static long before(@Nullable String cursor) {
    return cursor == null
        ? Long.MAX_VALUE
        : InboxId.parse(cursor)
            .map(InboxId::value)
            .orElseThrow(() -> ProblemException.badRequest("cursor is not one of ours"));
  }
}
