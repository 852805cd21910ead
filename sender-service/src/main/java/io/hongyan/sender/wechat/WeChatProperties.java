package io.hongyan.sender.wechat;

import java.net.URI;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How WeChat is called.
 *
 * @param baseUrl where WeChat is; the simulator in the demo
 * @param connectTimeout longest wait for a connection to one of WeChat's addresses; nothing was
 *     sent when it ends
 * @param timeout longest wait for a whole call, to within a fiftieth; after it the message is in
 *     doubt
 * @param keepAlive how long an idle one is kept; what a burst has opened stays open as long
 */
@Validated
@ConfigurationProperties("hongyan.wechat")
record WeChatProperties(
    @DefaultValue("https://api.weixin.qq.com") URI baseUrl,
    @DefaultValue("5s") @DurationMin(millis = 1) Duration connectTimeout,
    @DefaultValue("10s") @DurationMin(millis = 1) Duration timeout,
    @DefaultValue("5m") @DurationMin(millis = 1) Duration keepAlive) {

  WeChatProperties {
    String scheme = String.valueOf(baseUrl.getScheme());
    if (!scheme.equals("https") && !scheme.equals("http") || baseUrl.getHost() == null) {
      throw new IllegalArgumentException(
          "HONGYAN_WECHAT_BASE_URL must be an http(s) address without a path, got " + baseUrl);
    }
  }
}
