package io.hongyan.gateway.account;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.hongyan.common.secret.Secret;
import org.springframework.boot.jackson.JacksonMixin;

/** In JSON a {@link Secret} is a string going in, and stars coming out. */
@JacksonMixin(Secret.class)
abstract class SecretText {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  SecretText(@SuppressWarnings("unused") String reveal) {}

  @JsonValue
  @Override
  public abstract String toString();
}
