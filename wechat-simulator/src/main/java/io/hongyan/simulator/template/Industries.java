package io.hongyan.simulator.template;

/** The two industries of an account; they differ. */
public record Industries(Industry primary, Industry secondary) {

  boolean cover(Template template) {
    return primary.covers(template) || secondary.covers(template);
  }
}
