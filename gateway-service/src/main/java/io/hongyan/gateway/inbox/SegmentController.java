package io.hongyan.gateway.inbox;

import io.hongyan.gateway.account.VisibleAccounts;
import io.hongyan.gateway.inbox.SegmentMapper.Segment;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.Page;
import io.hongyan.gateway.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Segments over HTTP: uploaded as a whole, shown without their members. */
@RestController
@RequestMapping("/v1/inbox/segments")
class SegmentController {

  private final Segments segments;
  private final SegmentMapper mapper;
  private final VisibleAccounts visibleAccounts;

  SegmentController(Segments segments, SegmentMapper mapper, VisibleAccounts visibleAccounts) {
    this.segments = segments;
    this.mapper = mapper;
    this.visibleAccounts = visibleAccounts;
  }

  @PutMapping("/{id}")
  ResponseEntity<SegmentView> put(
      ApiKey key, @PathVariable String id, @RequestParam String account, HttpServletRequest request)
      throws IOException {
    visibleAccounts.require(key, Scope.SEND, account);
    boolean created =
        segments.put(key, account, id, request.getInputStream(), isJson(request.getContentType()));
    return ResponseEntity.status(created ? HttpStatus.CREATED : HttpStatus.OK)
        .body(view(account, id));
  }

  @GetMapping("/{id}")
  SegmentView get(ApiKey key, @PathVariable String id, @RequestParam String account) {
    visibleAccounts.require(key, Scope.READ, account);
    return view(account, id);
  }

  @GetMapping
  Page<SegmentView> list(
      ApiKey key,
      @RequestParam String account,
      @RequestParam(defaultValue = "") String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    visibleAccounts.require(key, Scope.READ, account);
    int size = Page.limit(limit);
    return Page.of(
        mapper.findPage(account, cursor, Page.rowsFor(size)), size, Segment::id, SegmentView::of);
  }

  private SegmentView view(String account, String id) {
    return mapper
        .find(account, id)
        .map(SegmentView::of)
        .orElseThrow(
            () ->
                ProblemException.notFound(
                    "Account '%s' has no segment '%s'".formatted(account, id)));
  }

  private static boolean isJson(@Nullable String contentType) {
    try {
      MediaType type = MediaType.parseMediaType(contentType == null ? "" : contentType);
      if (type.equalsTypeAndSubtype(MediaType.APPLICATION_NDJSON)) {
        return true;
      }
      if (type.equalsTypeAndSubtype(MediaType.TEXT_PLAIN)) {
        return false;
      }
    } catch (InvalidMediaTypeException e) {
      // Answered below.
    }
    throw new ProblemException(
        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
        "unsupported-media-type",
        "The body's format is not supported",
        "Send text/plain, one uid a line, or application/x-ndjson as Content-Type");
  }

  /**
   * A segment as the API shows it.
   *
   * @param members how many different uids it has
   */
  record SegmentView(String id, String account, int members, Instant createdAt, Instant updatedAt) {

    static SegmentView of(Segment segment) {
      return new SegmentView(
          segment.id(),
          segment.account(),
          segment.members(),
          segment.createdAt(),
          segment.updatedAt());
    }
  }
}
