package io.hongyan.bench.load;

/** How the recipients of a batch are written. */
public enum Format {
  NDJSON("application/x-ndjson"),
  CSV("text/csv");

  private final String contentType;

  Format(String contentType) {
    this.contentType = contentType;
  }

  String contentType() {
    return contentType;
  }
}
