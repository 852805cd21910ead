package io.hongyan.bench.peer;

/**
 * The account that a peer sends for.
 *
 * @param baseUrl of the simulator, without a slash at the end
 * @param templateId WeChat's id of a template with {@link Payload#TEMPLATE_CONTENT}
 */
record WeChatAccount(String baseUrl, String appId, String secret, String templateId) {

  /** Without the secret. */
  @Override
  public String toString() {
    return appId;
  }
}
