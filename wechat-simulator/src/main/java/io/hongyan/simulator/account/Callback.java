package io.hongyan.simulator.account;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an account wants to be told of what its followers do and what became of its messages, as
 * its owner enters it in WeChat's console.
 *
 * @param urls at least one; they stand for the machines behind one address
 * @param encodingAesKey 43 characters; null only in plain mode
 * @param originalId the account's name in what is posted, {@code gh_…}
 */
public record Callback(
    List<URI> urls,
    String token,
    @Nullable String encodingAesKey,
    CallbackMode mode,
    CallbackFormat format,
    String originalId) {

  public Callback {
    urls = List.copyOf(urls);
  }

  /**
   * The machines in the order in which a try asks them until one lets it connect.
   *
   * @param turn which one begins, counted round
   */
  public List<URI> urlsFrom(long turn) {
    int first = (int) Math.floorMod(turn, (long) urls.size());
    if (first == 0) {
      return urls;
    }
    List<URI> turned = new ArrayList<>(urls.subList(first, urls.size()));
    turned.addAll(urls.subList(0, first));
    return turned;
  }
}
