package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import java.net.URI;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/**
 * A batch that is safely stored.
 *
 * @param body the 202's body
 * @param replayed whether this is the answer to an earlier request with the same key
 */
public record Accepted(BatchId batch, String body, boolean replayed) {

  private static final String REPLAYED_HEADER = "Idempotency-Replayed";

  /** The 202. */
  public ResponseEntity<String> answer() {
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.accepted()
            .location(URI.create(SubmitAnswer.location(batch)))
            .contentType(MediaType.APPLICATION_JSON);
    if (replayed) {
      answer.header(REPLAYED_HEADER, "true");
    }
    return answer.body(body);
  }
}
