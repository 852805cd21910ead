package io.hongyan.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A peer that is not told where its servers are says so. */
class PeerSettingsTest {

  private static final String SECRET = "s3cret";

  @Test
  void namesTheVariableThatIsMissing() {
    PeerSettings settings = new PeerSettings(Map.of("SIMULATOR_URL", "http://localhost:8090"));

    assertThatThrownBy(settings::weChat)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("BENCH_APPID is not set");
    assertThatThrownBy(settings::database).hasMessageContaining("HONGYAN_DATABASE_URL is not set");
  }

  @Test
  void endsThePeerAsMisused() throws Exception {
    int exitCode =
        Peers.run(
            List.of("floor", "--messages", "1"),
            Map.of(),
            new BufferedReader(new StringReader("RUN")),
            System.out);

    assertThat(exitCode).isEqualTo(2);
  }

  @Test
  void takesTheFirstNodeOfACluster() {
    assertThat(rabbit("amqp://u:p@one:5672/v,amqp://u:p@two:5672/v").rabbitUrl())
        .isEqualTo("amqp://u:p@one:5672/v");
  }

  @Test
  void showsNoPassword() {
    PeerSettings settings =
        new PeerSettings(
            Map.of(
                "SIMULATOR_URL", "http://localhost:8090/",
                "BENCH_APPID", "wx1",
                "BENCH_SECRET", SECRET,
                "BENCH_TEMPLATE", "t",
                "HONGYAN_DATABASE_URL", "jdbc:postgresql://localhost/hongyan",
                "HONGYAN_DATABASE_USER", "hongyan",
                "HONGYAN_DATABASE_PASSWORD", SECRET));

    assertThat(settings.weChat().toString() + settings.database()).doesNotContain(SECRET);
    assertThat(settings.weChat().baseUrl()).isEqualTo("http://localhost:8090");
    assertThatThrownBy(rabbit("localhost:" + SECRET)::rabbitUrl)
        .hasMessageContaining("HONGYAN_RABBITMQ_URL must look like")
        .hasMessageNotContaining(SECRET);
  }

  private static PeerSettings rabbit(String url) {
    return new PeerSettings(Map.of("HONGYAN_RABBITMQ_URL", url));
  }
}
