package io.hongyan.simulator.account;

import java.util.List;

/**
 * Some of the openids that follow an account or carry a tag.
 *
 * @param total how many there are on all pages together
 */
public record OpenidPage(int total, List<String> openids) {

  /** What asks for the page after this one; the empty text when nobody is on this one. */
  public String next() {
    return openids.isEmpty() ? "" : openids.getLast();
  }
}
