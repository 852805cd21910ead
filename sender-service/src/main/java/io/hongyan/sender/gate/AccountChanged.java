package io.hongyan.sender.gate;

/**
 * A gate was closed or opened here, or what WeChat says about the account's templates changed;
 * published inside this process, and told to the others by consume.
 */
public record AccountChanged(String account) {}
