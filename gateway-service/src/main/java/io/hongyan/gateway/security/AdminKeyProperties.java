package io.hongyan.gateway.security;

import io.hongyan.common.secret.Secret;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The first admin key.
 *
 * @param adminKey HONGYAN_ADMIN_KEY; no default, so that nobody runs with a key that is known
 */
@ConfigurationProperties("hongyan")
record AdminKeyProperties(@DefaultValue("") Secret adminKey) {

  AdminKeyProperties {
    if (adminKey.reveal().isBlank()) {
      throw new IllegalArgumentException(
          "HONGYAN_ADMIN_KEY is not set: give the first admin key, e.g. the output of openssl rand -hex 32");
    }
  }
}
