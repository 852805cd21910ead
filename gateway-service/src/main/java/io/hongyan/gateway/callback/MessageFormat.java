package io.hongyan.gateway.callback;

/** The data format that is chosen for an account in WeChat's console. */
enum MessageFormat {
  XML,
  JSON
}
