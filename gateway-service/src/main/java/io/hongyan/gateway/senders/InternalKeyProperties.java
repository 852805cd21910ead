package io.hongyan.gateway.senders;

import io.hongyan.common.secret.InternalKey;
import io.hongyan.common.secret.Secret;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the credential for calls to the senders is derived from.
 *
 * @param masterKey HONGYAN_MASTER_KEY; that it is one is checked where app secrets are encrypted
 */
@ConfigurationProperties("hongyan")
record InternalKeyProperties(@DefaultValue("") Secret masterKey) {

  Secret authorization() {
    return InternalKey.ofMasterKey(masterKey).header();
  }
}
