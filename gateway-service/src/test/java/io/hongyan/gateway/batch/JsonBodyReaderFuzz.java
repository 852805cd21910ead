package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.hongyan.gateway.batch.Recipients.Read;
import io.hongyan.gateway.web.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Any bytes as a JSON body: what its tree says, settings checked, or a problem with its place. */
class JsonBodyReaderFuzz {

  private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");

  @FuzzTest
  void readsWhatTheTreeSays(byte[] bytes) {
    FuzzedBody body =
        FuzzedBody.of(
            bytes,
            "\r\n|\r|\n",
            in -> {
              JsonBodyReader reader = new JsonBodyReader(in, false);
              assertThatSettingsAreCheckedOrRefused(reader.readSettings());
              return reader;
            });

    if (body.isRead()) {
      assertThat(body.read()).isEqualTo(readAsTree(body.text()));
    }
  }

  private static void assertThatSettingsAreCheckedOrRefused(SettingsForm form) {
    try {
      assertThat(BatchSettings.of(form, NOW).stateAt(NOW))
          .isIn(BatchState.SCHEDULED, BatchState.RELEASING);
    } catch (ProblemException e) {
      assertThat(e.status().value()).isIn(400, 422);
      FuzzedBody.assertCanBeWritten(String.valueOf(e.getMessage()));
    }
  }

  private static List<Read> readAsTree(String text) {
    JsonNode tree = RecipientTree.parse(text);
    List<Read> all = new ArrayList<>();
    if (tree.hasNonNull("account") && tree.hasNonNull("template")) {
      for (JsonNode recipient : tree.path("recipients")) {
        all.add(RecipientTree.read(all.size() + 1, recipient));
      }
    }
    return all;
  }
}
