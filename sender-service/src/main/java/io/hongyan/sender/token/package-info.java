/** The access token of each account, shared with every other sender and program through Redis. */
@NullMarked
package io.hongyan.sender.token;

import org.jspecify.annotations.NullMarked;
