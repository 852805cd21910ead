package io.hongyan.gateway.webhook;

import io.hongyan.gateway.web.ProblemException;
import java.util.regex.Pattern;

/**
 * Names one delivery, on every try and replay: the header {@code webhook-id}, by which a receiver
 * tells what it has had before.
 */
record DeliveryId(long value) {

  private static final String PREFIX = "whd_";
  private static final Pattern FORM = Pattern.compile(PREFIX + "[1-9][0-9]{0,17}");

  /** Reads the text form; answers 400 if it is not one. */
  static DeliveryId parse(String name, String text) {
    if (!FORM.matcher(text).matches()) {
      throw ProblemException.badRequest("%s is not one of ours: '%s'".formatted(name, text));
    }
    return new DeliveryId(Long.parseLong(text.substring(PREFIX.length())));
  }

  @Override
  public String toString() {
    return PREFIX + value;
  }
}
