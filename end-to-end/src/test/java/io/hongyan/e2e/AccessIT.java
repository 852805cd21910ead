package io.hongyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a key may do, tried through the front door. */
@ExtendWith(StackExtension.class)
class AccessIT {

  private static final String ONE = TestAccount.csv(1);

  private final Stack stack;
  private final GatewayClient admin;

  AccessIT(Stack stack) {
    this.stack = stack;
    this.admin = stack.gateway();
  }

  @Test
  void aKeySendsForItsOwnAccountOnly() {
    TestAccount own = stack.newAccount("");
    TestAccount others = stack.newAccount("");
    GatewayClient sender = admin.as(createKey("[\"send\",\"read\"]", own));
    Batch foreign = Batch.accepted(admin.submitCsv(others.id(), ONE));

    HttpCalls.Answer refused = sender.submitCsv(others.id(), ONE).expecting(422);
    Batch batch = Batch.accepted(sender.submitCsv(own.id(), ONE));

    assertThat(refused.json().get("type").stringValue())
        .isEqualTo("urn:hongyan:problem:unknown-account");
    assertThat(sender.call("GET", "/v1/batches/" + batch.id(), null).status()).isEqualTo(200);
    assertThat(sender.call("GET", "/v1/batches/" + foreign.id(), null).status()).isEqualTo(404);
    stack.audit().assertAllAcceptedOnce(batch, foreign);
  }

  @Test
  void onlyAnAdminKeyChangesAccountsAndKeysAndNoAnswerTellsASecret() {
    TestAccount account = stack.newAccount("");
    GatewayClient sender = admin.as(createKey("[\"send\"]", account));
    GatewayClient reader = admin.as(createKey("[\"read\"]", account));

    assertThat(
            List.of(
                sender.call("PUT", "/v1/accounts/" + account.id(), "{}").status(),
                sender.call("POST", "/v1/keys", "{}").status(),
                reader.submitCsv(account.id(), ONE).status()))
        .containsOnly(403);
    assertThat(admin.as("hy_unknown").submitCsv(account.id(), ONE).status()).isEqualTo(401);
    assertThat(admin.call("GET", "/v1/accounts/" + account.id(), null).expecting(200).text())
        .contains(account.appId())
        .doesNotContain(TestAccount.SECRET);
  }

  private String createKey(String scopes, TestAccount account) {
    return admin
        .call(
            "POST",
            "/v1/keys",
            "{\"name\":\"e2e\",\"scopes\":%s,\"accounts\":[\"%s\"]}"
                .formatted(scopes, account.id()))
        .expecting(201)
        .json()
        .get("key")
        .stringValue();
  }
}
