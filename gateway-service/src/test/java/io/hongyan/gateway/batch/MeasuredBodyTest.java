package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.gateway.web.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

class MeasuredBodyTest {

  private static final byte[] BYTES = "a body".getBytes(StandardCharsets.UTF_8);

  @Test
  void digestsWhatIsReadAndWhatIsDrained() throws IOException {
    MessageDigest digest = RecipientWriter.sha256();
    MeasuredBody body =
        new MeasuredBody(new ByteArrayInputStream(BYTES), BYTES.length, 100, digest);

    assertThat(body.read()).isEqualTo('a');
    body.drain();

    assertThat(digest.digest()).isEqualTo(RecipientWriter.sha256().digest(BYTES));
  }

  @Test
  void refusesAnEndBeforeTheAnnouncedLength() {
    MeasuredBody body = new MeasuredBody(new ByteArrayInputStream(BYTES), 7, 100, null);

    assertThatThrownBy(body::drain)
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.name()).isEqualTo("cut-off"))
        .hasMessageContaining("after 6 bytes");
  }

  @Test
  void refusesABrokenConnection() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("reset");
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return read();
          }
        };

    assertThatThrownBy(new MeasuredBody(broken, -1, 100, null)::drain)
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.name()).isEqualTo("cut-off"));
  }

  @Test
  void refusesAnAnnouncedLengthAboveTheLimitBeforeReading() {
    assertThatThrownBy(() -> new MeasuredBody(InputStream.nullInputStream(), 101, 100, null))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.status().value()).isEqualTo(413));
  }
}
