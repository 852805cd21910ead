package io.hongyan.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import org.junit.jupiter.api.Test;

/** API keys over HTTP, against a real database and broker. */
class KeysIT {

  private final RunningGateway gateway = RunningGateway.shared();

  @Test
  void showsAKeyOnceAndItWorksAtOnce() {
    Answer created =
        gateway.admin(
            "POST", "/v1/keys", "{\"name\":\"shop\",\"scopes\":[\"admin\"],\"accounts\":[\"*\"]}");
    String key = created.json().get("key").stringValue();
    String id = created.json().get("id").stringValue();

    Answer used = gateway.call(key, "GET", "/v1/keys/" + id, null);

    assertThat(created.status()).isEqualTo(201);
    assertThat(key).matches("hy_[0-9a-f]{64}");
    assertThat(used.status()).isEqualTo(200);
    assertThat(used.json().has("key")).isFalse();
    assertThat(gateway.admin("GET", "/v1/keys?limit=1000", null).text())
        .contains(id)
        .doesNotContain(key);
  }

  @Test
  void aRevokedKeyIsUnknown() {
    Answer created =
        gateway.admin(
            "POST", "/v1/keys", "{\"name\":\"x\",\"scopes\":[\"admin\"],\"accounts\":[\"*\"]}");
    String key = created.json().get("key").stringValue();
    String path = "/v1/keys/" + created.json().get("id").stringValue();

    Answer revoked = gateway.admin("DELETE", path, null);

    assertThat(revoked.status()).isEqualTo(204);
    assertThat(gateway.call(key, "GET", path, null).status()).isEqualTo(401);
    assertThat(gateway.admin("DELETE", path, null).status()).isEqualTo(204);
    assertThat(gateway.admin("GET", path, null).json().get("revokedAt").isNull()).isFalse();
    assertThat(gateway.admin("DELETE", "/v1/keys/key-none", null).status()).isEqualTo(404);
  }

  @Test
  void nobodyGetsInWithoutAKey() {
    Answer none = gateway.call(null, "GET", "/v1/accounts", null);
    Answer wrong = gateway.call("hy_wrong", "GET", "/v1/accounts", null);

    assertThat(none.status()).isEqualTo(401);
    assertThat(none.problem()).isEqualTo("unauthorized");
    assertThat(none.header("WWW-Authenticate")).contains("Bearer");
    assertThat(wrong.status()).isEqualTo(401);
  }

  @Test
  void aMissingScopeIs403() {
    String key = gateway.createKey("[\"send\",\"read\"]", "[\"*\"]");

    Answer refused = gateway.call(key, "GET", "/v1/keys", null);

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.problem()).isEqualTo("missing-scope");
    assertThat(refused.text()).contains("admin");
  }

  @Test
  void aKeyCannotMakeOneThatMayDoMore() {
    String key = gateway.createKey("[\"admin\"]", "[\"k-mine\"]");

    Answer more = create(key, "[\"admin\"]", "[\"*\"]");
    Answer same = create(key, "[\"read\"]", "[\"k-mine\"]");

    assertThat(more.status()).isEqualTo(422);
    assertThat(same.status()).isEqualTo(201);
    assertThat(gateway.call(key, "GET", "/v1/keys", null).json().get("items").size()).isEqualTo(2);
  }

  @Test
  void refusesUnknownScopesAndAccountsThatCannotBe() {
    assertThat(create("test-admin-key", "[\"write\"]", "[\"*\"]").status()).isEqualTo(422);
    assertThat(create("test-admin-key", "[]", "[\"*\"]").status()).isEqualTo(422);
    assertThat(create("test-admin-key", "[\"read\"]", "[]").status()).isEqualTo(422);
    assertThat(create("test-admin-key", "[\"read\"]", "[\"A,B\"]").status()).isEqualTo(422);
    assertThat(create("test-admin-key", "[\"read\"]", "[\"*\",\"mall\"]").status()).isEqualTo(422);
    assertThat(create("test-admin-key", "\"read\"", "[\"*\"]").status()).isEqualTo(400);
    assertThat(create("test-admin-key", "[null]", "[\"*\"]").status()).isEqualTo(422);
  }

  private Answer create(String key, String scopes, String accounts) {
    return gateway.call(
        key,
        "POST",
        "/v1/keys",
        "{\"name\":\"x\",\"scopes\":%s,\"accounts\":%s}".formatted(scopes, accounts));
  }
}
