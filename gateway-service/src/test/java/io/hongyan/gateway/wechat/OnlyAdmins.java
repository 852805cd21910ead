package io.hongyan.gateway.wechat;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.RunningGateway;
import org.jspecify.annotations.Nullable;

/** What every call for admins of an account owes to those who are none. */
final class OnlyAdmins {

  private OnlyAdmins() {}

  static void areLetIn(
      RunningGateway gateway, String account, String method, String path, @Nullable String body) {
    String weaker =
        gateway.createKey("[\"read\",\"send\",\"token\"]", "[\"%s\"]".formatted(account));
    String foreign = gateway.createKey("[\"admin\"]", "[\"w-other\"]");
    String target = "/v1/accounts/%s/%s".formatted(account, path);

    assertThat(gateway.call(null, method, target, body).status()).isEqualTo(401);
    assertThat(gateway.call(weaker, method, target, body).status()).isEqualTo(403);
    assertThat(gateway.call(foreign, method, target, body).status()).isEqualTo(404);
    assertThat(gateway.admin(method, "/v1/accounts/w-nowhere/" + path, body).status())
        .isEqualTo(404);
  }
}
