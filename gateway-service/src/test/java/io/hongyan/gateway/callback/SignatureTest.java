package io.hongyan.gateway.callback;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SignatureTest {

  @Test
  void isThatOfThePublicExamples() {
    assertThat(Signature.of("AAAAA", "1714036504", "1514711492"))
        .as("V1, verification of an address")
        .isEqualTo("f464b24fc39322e44b38aa78f5edd27bd1441696");
    assertThat(Signature.of("AAAAA", "1714037059", "486452656"))
        .as("V2, a plain post")
        .isEqualTo("899cf89e464efb63f54ddac96b0a0a235f53aa78");
    assertThat(Signature.of(Vectors.TOKEN, Vectors.TIMESTAMP, Vectors.NONCE))
        .as("V3, beside an encrypted post")
        .isEqualTo(Vectors.V3_SIGNATURE);
  }

  @Test
  void overTheEncryptedTextIsThatOfThePublicExamples() {
    assertThat(Signature.of(Vectors.TOKEN, Vectors.TIMESTAMP, Vectors.NONCE, Vectors.V3_ENCRYPT))
        .isEqualTo(Vectors.V3_MSG_SIGNATURE);
    assertThat(Signature.of(Vectors.TOKEN, Vectors.V4_TIMESTAMP, Vectors.NONCE, Vectors.V4_ENCRYPT))
        .isEqualTo(Vectors.V4_MSG_SIGNATURE);
    assertThat(
            Signature.of(
                Vectors.V5_TOKEN, Vectors.V5_TIMESTAMP, Vectors.V5_NONCE, Vectors.V5_ENCRYPT))
        .isEqualTo(Vectors.V5_MSG_SIGNATURE);
    assertThat(
            Signature.of(
                Vectors.V6_TOKEN, Vectors.V6_TIMESTAMP, Vectors.V6_NONCE, Vectors.V6_ENCRYPT))
        .isEqualTo(Vectors.V6_MSG_SIGNATURE);
    assertThat(Signature.of(Vectors.TOKEN, Vectors.TIMESTAMP, Vectors.NONCE, Vectors.V7_ENCRYPT))
        .isEqualTo(Vectors.V7_MSG_SIGNATURE);
  }

  @Test
  void matchesItselfAndNothingElse() {
    String signature = Signature.of("AAAAA", "1714036504", "1514711492");

    assertThat(Signature.matches(signature, "AAAAA", "1714036504", "1514711492")).isTrue();
    assertThat(Signature.matches(signature, "AAAAB", "1714036504", "1514711492")).isFalse();
    assertThat(Signature.matches(signature, "AAAAA", "1714036505", "1514711492")).isFalse();
    assertThat(Signature.matches("", "AAAAA", "1714036504", "1514711492")).isFalse();
    assertThat(Signature.matches("é" + signature, "AAAAA", "1714036504", "1514711492")).isFalse();
    assertThat(Signature.matches(signature.substring(1), "AAAAA", "1714036504", "1514711492"))
        .isFalse();
  }
}
