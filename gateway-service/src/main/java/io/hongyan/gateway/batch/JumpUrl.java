package io.hongyan.gateway.batch;

/** The rule for a link that a tap on a message or a reply opens. */
public final class JumpUrl {

  /** The rule, for problem texts that begin with the setting's name. */
  public static final String RULE = "must be an http or https address of at most 2,048 characters";

  private static final int LIMIT = 2_048;

  private JumpUrl() {}

  /** Whether it keeps to {@link #RULE}. */
  public static boolean isValid(String url) {
    int host = afterScheme(url);
    if (host < 0 || url.length() > LIMIT || !StorableText.isPlain(url)) {
      return false;
    }
    return host < url.length() && "/?#:".indexOf(url.charAt(host)) < 0 && url.indexOf(' ') < 0;
  }

  private static int afterScheme(String url) {
    for (String scheme : new String[] {"https://", "http://"}) {
      if (url.regionMatches(true, 0, scheme, 0, scheme.length())) {
        return scheme.length();
      }
    }
    return -1;
  }
}
