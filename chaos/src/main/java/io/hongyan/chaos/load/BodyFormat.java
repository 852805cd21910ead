package io.hongyan.chaos.load;

import java.util.random.RandomGenerator;

/** The three ways in which a batch can be written. */
public enum BodyFormat {
  JSON("application/json"),
  NDJSON("application/x-ndjson"),
  CSV("text/csv");

  private final String contentType;

  BodyFormat(String contentType) {
    this.contentType = contentType;
  }

  String contentType() {
    return contentType;
  }

  /** One of them. */
  public static BodyFormat any(RandomGenerator random) {
    return values()[random.nextInt(values().length)];
  }
}
