package io.hongyan.gateway.batch;

import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.Page;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What became of a batch's recipients, over HTTP. */
@RestController
@RequestMapping("/v1/batches/{id}")
class ResultController {

  private static final MediaType CSV = MediaType.valueOf("text/csv");
  private static final int CSV_PAGE = 1000;

  private final ResultMapper mapper;
  private final VisibleBatches visible;

  ResultController(ResultMapper mapper, VisibleBatches visible) {
    this.mapper = mapper;
    this.visible = visible;
  }

  /** JSON in pages; with {@code Accept: text/csv} all of them in one stream. */
  @GetMapping("/failures")
  @Nullable ResponseEntity<Page<FailureView>> failures(
      ApiKey key,
      @PathVariable String id,
      @RequestParam(name = "class", required = false) @Nullable String classes,
      @RequestParam(name = "errcode", required = false) @Nullable String errcodes,
      @RequestParam(defaultValue = "0") int cursor,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable String accept,
      HttpServletResponse response)
      throws IOException {
    key.require(Scope.READ);
    long batch = visible.get(key, id).id();
    FailureFilter filter = FailureFilter.ofQuery(classes, errcodes);
    int size = Page.limit(limit);
    if (prefersCsv(accept)) {
      writeCsv(batch, filter, response);
      return null;
    }
    return ResponseEntity.ok(
        Page.of(
            mapper.findFailures(batch, filter, cursor, Page.rowsFor(size)),
            size,
            row -> row.seq().toString(),
            FailureView::of));
  }

  @GetMapping("/rejections")
  Page<Rejection> rejections(
      ApiKey key,
      @PathVariable String id,
      @RequestParam(defaultValue = "0") int cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    key.require(Scope.READ);
    long batch = visible.get(key, id).id();
    int size = Page.limit(limit);
    return Page.of(
        mapper.findRejections(batch, cursor, Page.rowsFor(size)),
        size,
        row -> Integer.toString(row.line()),
        row -> row);
  }

  private void writeCsv(long batch, FailureFilter filter, HttpServletResponse response)
      throws IOException {
    response.setContentType(CSV.toString());
    response.setCharacterEncoding(StandardCharsets.UTF_8);
    try (Writer out = response.getWriter()) {
      FailureCsv.write(out, seq -> mapper.findFailures(batch, filter, seq, CSV_PAGE));
    }
  }

  // By hand: two methods that differ in what they produce are ambiguous for "Accept: */*".
  private static boolean prefersCsv(@Nullable String accept) {
    try {
      List<MediaType> accepted = MediaType.parseMediaTypes(accept);
      MimeTypeUtils.sortBySpecificity(accepted);
      for (MediaType type : accepted) {
        if (type.includes(MediaType.APPLICATION_JSON)) {
          return false;
        }
        if (type.includes(CSV)) {
          return true;
        }
      }
      return false;
    } catch (InvalidMediaTypeException e) {
      return false; // an unreadable wish is answered like none
    }
  }
}
