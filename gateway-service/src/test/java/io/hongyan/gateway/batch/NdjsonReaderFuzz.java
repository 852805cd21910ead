package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.hongyan.gateway.batch.Recipients.Read;
import java.util.ArrayList;
import java.util.List;

/** Any bytes as NDJSON: what each line's JSON tree says, or a problem with its place. */
class NdjsonReaderFuzz {

  @FuzzTest
  void readsWhatTheTreeOfEachLineSays(byte[] bytes) {
    FuzzedBody body =
        FuzzedBody.of(
            bytes, "\n", in -> new NdjsonReader(new LineReader(in, FuzzedBody.LINE_LIMIT)));

    if (body.isRead()) {
      assertThat(body.read()).isEqualTo(readAsTrees(body.text()));
    }
  }

  private static List<Read> readAsTrees(String text) {
    List<Read> all = new ArrayList<>();
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (!lines[i].isBlank()) {
        all.add(RecipientTree.read(i + 1, RecipientTree.parse(lines[i])));
      }
    }
    return all;
  }
}
