package io.hongyan.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.hongyan.common.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningSecretTest {

  // From the tests of the reference libraries (github.com/standard-webhooks/standard-webhooks);
  // also reckoned with openssl dgst -sha256 -mac HMAC.
  @Test
  void signsAsTheReferenceLibrariesDo() {
    String signature =
        SigningSecret.sign(
            new Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8));

    assertThat(signature).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void makesSecretsOf32BytesThatAreNeverTheSame() {
    SecureRandom random = new SecureRandom();

    Secret one = SigningSecret.create(random);
    Secret other = SigningSecret.create(random);

    assertThat(one.reveal()).startsWith("whsec_").isNotEqualTo(other.reveal());
    assertThat(Base64.getDecoder().decode(one.reveal().substring("whsec_".length()))).hasSize(32);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "whsec_", "whsec_*not base64*", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
  void refusesWhatIsNoSecretWithoutShowingIt(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SigningSecret.sign(new Secret(text), "id", 1, new byte[0]))
        .withMessage("a signing secret is whsec_ and base64")
        .withNoCause();
  }
}
