/** WeChat's side: its paths, checks and replies. */
@NullMarked
package io.hongyan.simulator.wechat;

import org.jspecify.annotations.NullMarked;
