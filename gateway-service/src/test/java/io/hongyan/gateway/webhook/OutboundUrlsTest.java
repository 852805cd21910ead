package io.hongyan.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hongyan.gateway.web.ProblemException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundUrlsTest {

  private final OutboundUrls urls = urls(false);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://erp.example.com",
        "http://erp.example.com:8080/hook?from=hongyan&x=%E4%BD%A0",
        "HTTPS://Erp.Example.Com./hook",
        "https://8.8.8.8/hook",
        "https://[2606:4700:4700::1111]:8443/",
        "https://internal/looked-up-later"
      })
  void takesWhatCanBePostedTo(String url) {
    assertThat(urls.check("url", url)).isEqualTo(URI.create(url));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ftp://erp.example.com            | must begin with https://",
        "erp.example.com/hook             | must begin with https://",
        "//erp.example.com/hook           | must begin with https://",
        "https:hook                       | needs a host",
        "https:///hook                    | needs a host",
        "https://erp_1.example.com/       | needs a host",
        "https://erp.example.com:65536/   | a port of 1 to 65,535",
        "https://erp.example.com:0/       | a port of 1 to 65,535",
        "https://u:p@erp.example.com/     | must not contain a user",
        "https://u@10.0.0.1@example.com/  | needs a host",
        "https://erp.example.com/#x       | must not have a fragment",
        "https://erp.example.com/a b      | is not a URL: Illegal character in path at character 26",
        "https://erp.example.com/你       | must be ASCII",
        "https://例子.cn/                 | must be ASCII",
        "http://127.0.0.1/                | leads to a private address",
        "http://0.0.0.0:8080/             | leads to a private address",
        "http://169.254.169.254/latest    | leads to a private address",
        "http://192.168.1.1/              | leads to a private address",
        "http://[::1]/                    | leads to a private address",
        "http://[::]/                     | leads to a private address",
        "http://[::ffff:127.0.0.1]/       | leads to a private address",
        "http://[::ffff:a00:1]/           | leads to a private address",
        "http://[fd00::1]/                | leads to a private address",
        "http://[fe80::1%251]/            | leads to a private address",
        "http://localhost:8080/           | leads to a private address",
        "http://LOCALHOST./               | leads to a private address",
        "http://db.localhost/             | leads to a private address",
        // Other ways to write 127.0.0.1, which some readers of URLs know.
        "http://2130706433/               | needs a host",
        "http://0x7f000001/               | needs a host",
        "http://0x7f.0.0.1/               | needs a host",
        "http://017700000001/             | needs a host",
        "http://127.1/                    | needs a host",
        "http://127.0.0.1./               | needs a host",
        "http://erp.0x10/                 | needs a host",
        "http://256.256.256.256/          | needs a host"
      })
  void saysWhyItCannotTakeOthers(String url, String why) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> urls.check("url", url))
        .satisfies(
            problem -> {
              assertThat(problem.status().value()).isEqualTo(422);
              assertThat(problem)
                  .hasMessageStartingWith("invalid-value: url ")
                  .hasMessageContaining(why);
            });
  }

  @Test
  void limitsItsLength() {
    String longest = "https://erp.example.com/" + "x".repeat(2_048 - 24);

    assertThat(urls.check("url", longest).toString()).hasSize(2_048);
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> urls.check("url", longest + "x"));
    assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> urls.check("url", ""));
  }

  @Test
  void takesPrivateAddressesWhereTheyAreAllowed() {
    assertThat(urls(true).check("url", "http://127.0.0.1:9000/x")).isNotNull();
    assertThat(urls(true).check("url", "http://localhost:9000/x")).isNotNull();
  }

  private static OutboundUrls urls(boolean allowPrivate) {
    return new OutboundUrls(new OutboundProperties(allowPrivate, Duration.ofSeconds(1), 1, 1));
  }
}
