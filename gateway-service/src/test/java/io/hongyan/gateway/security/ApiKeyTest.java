package io.hongyan.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.common.secret.Secret;
import io.hongyan.gateway.web.ProblemException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;

class ApiKeyTest {

  @Test
  void usesItsOwnAccountsOnly() {
    ApiKey key = new ApiKey("k", "shop", Set.of(Scope.SEND), Set.of("mall"));

    assertThat(key.mayUse("mall")).isTrue();
    assertThat(key.mayUse("bank")).isFalse();
    assertThat(key.mayUse("*")).isFalse();
    assertThat(key.mayUseAll()).isFalse();
  }

  @Test
  void aStarIsEveryAccount() {
    ApiKey key = new ApiKey("k", "shop", Set.of(Scope.SEND), Set.of("*"));

    assertThat(key.mayUse("whatever")).isTrue();
    assertThat(key.mayUseAll()).isTrue();
  }

  @Test
  void lacksAScopeWith403() {
    ApiKey key = new ApiKey("k", "shop", Set.of(Scope.SEND), Set.of("*"));

    assertThatCode(() -> key.require(Scope.SEND)).doesNotThrowAnyException();
    assertThatThrownBy(() -> key.require(Scope.READ))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> {
              assertThat(problem.status()).isEqualTo(HttpStatus.FORBIDDEN);
              assertThat(problem.name()).isEqualTo("missing-scope");
            });
  }

  @Test
  void adminIncludesEveryScope() {
    ApiKey key = new ApiKey("k", "boss", Set.of(Scope.ADMIN), Set.of("*"));

    for (Scope scope : Scope.values()) {
      assertThat(key.has(scope)).isTrue();
    }
  }

  @Test
  void anAdminKeyIsNeededToStart() {
    assertThatThrownBy(() -> new AdminKeyProperties(new Secret(" ")))
        .hasMessageContaining("HONGYAN_ADMIN_KEY is not set");
  }

  @Test
  void hashesAreEqualForTheSameKeyOnly() {
    assertThat(KeyHash.of("hy_1").matches(KeyHash.of("hy_1"))).isTrue();
    assertThat(KeyHash.of("hy_1").matches(KeyHash.of("hy_2"))).isFalse();
    assertThat(KeyHash.of("abc").hex())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
