package io.hongyan.sender.sync;

import io.hongyan.common.wechat.WeChatError;
import io.hongyan.sender.sync.FollowerSyncMapper.SyncRow;
import io.hongyan.sender.wechat.AccountCalls.OpenidPage;
import io.hongyan.sender.wechat.WeChatRefusedException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A page of openids, of followers or of those with a tag, that begins where a run is.
 *
 * @param openids in the order in which everybody locks them, each once
 * @param next where the next page begins
 * @param last whether there is none
 */
record SyncPage(Set<String> openids, String next, boolean last) {

  private static final Logger log = LoggerFactory.getLogger(SyncPage.class);

  private static final Pattern OPENID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /** What of WeChat's page can be stored. */
  static SyncPage of(OpenidPage page, SyncRow row) {
    Set<String> openids = new TreeSet<>();
    int others = 0;
    for (String openid : page.openids()) {
      if (OPENID.matcher(openid).matches()) {
        openids.add(openid);
      } else {
        others++;
      }
    }
    if (others > 0) {
      log.warn("openids left out that are none account={} count={}", row.accountId(), others);
    }
    // A next page that is this one again would never end.
    boolean last = page.next().isEmpty() || page.next().equals(row.nextOpenid());
    return new SyncPage(openids, page.next(), last);
  }

  /**
   * Whether WeChat no longer knows the openid that the page begins after, so that none ever comes.
   */
  static boolean isPlaceGone(Exception cause, SyncRow row) {
    return cause instanceof WeChatRefusedException refused
        && refused.errcode() == WeChatError.INVALID_OPENID.code()
        && !row.nextOpenid().isEmpty();
  }

  String[] toArray() {
    return openids.toArray(String[]::new);
  }
}
