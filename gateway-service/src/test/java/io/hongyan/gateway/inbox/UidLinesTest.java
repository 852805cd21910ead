package io.hongyan.gateway.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.gateway.web.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UidLinesTest {

  @TempDir private Path folder;

  @Test
  void readsLinesHoweverTheyEnd() throws IOException {
    assertThat(read("a\nb\r\n\n  c  ", false)).isEqualTo("a\nb\nc\n");
    assertThat(read("\"a\"\n{\"uid\":\"b\"}\n", true)).isEqualTo("a\nb\n");
    assertThat(read("\uFEFFa\nb", false)).isEqualTo("a\nb\n");
    assertThat(read("", false)).isEmpty();
  }

  @Test
  void saysWhichLineIsWrong() {
    assertThatThrownBy(() -> read("a\nb c\n", false))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("Line 2");
    assertThatThrownBy(() -> read("\"a\"\n7\n", true)).hasMessageContaining("Line 2");
    assertThatThrownBy(() -> read("x".repeat(65), false)).hasMessageContaining("Line 1");
  }

  @Test
  void takesNoMoreThanItsLimit() throws IOException {
    assertThat(read("a\nb\nc\n", false)).isEqualTo("a\nb\nc\n");
    assertThatThrownBy(() -> read("a\nb\nc\nd\n", false))
        .hasMessageStartingWith("too-many-members");
    assertThatThrownBy(() -> read("x".repeat(1_025), false))
        .hasMessageStartingWith("line-too-long");
  }

  @Test
  void aBodyThatBreaksOffIsNoShorterSegment() {
    InputStream broken =
        new SequenceInputStream(
            stream("a\nb\n"),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("reset");
              }
            });

    assertThatThrownBy(() -> new UidLines(broken, false, 3).writeTo(folder.resolve("uids")))
        .hasMessageStartingWith("cut-off");
  }

  private String read(String body, boolean json) throws IOException {
    Path file = folder.resolve("uids");
    new UidLines(stream(body), json, 3).writeTo(file);
    return Files.readString(file);
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
