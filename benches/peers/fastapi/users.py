"""fastapi-users as its documentation shows it: SQLAlchemy, a JWT in the header, the password hash that it comes with."""

import asyncio
import sys
import uuid
from importlib.metadata import version

from fastapi import Depends, FastAPI
from fastapi_users import BaseUserManager, FastAPIUsers, UUIDIDMixin, schemas
from fastapi_users.authentication import AuthenticationBackend, BearerTransport, JWTStrategy
from fastapi_users.password import PasswordHelper
from fastapi_users_db_sqlalchemy import SQLAlchemyBaseUserTableUUID, SQLAlchemyUserDatabase
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

import commands

SECRET = "a secret of thirty-two characters"


class Base(DeclarativeBase):
    pass


class User(SQLAlchemyBaseUserTableUUID, Base):
    pass


class UserRead(schemas.BaseUser[uuid.UUID]):
    pass


class UserCreate(schemas.BaseUserCreate):
    pass


class UserUpdate(schemas.BaseUserUpdate):
    pass


# As many connections as the load has callers, and time to wait for the one that writes, as in application.py.
engine = create_async_engine(
    f"sqlite+aiosqlite:///{commands.database()}", pool_size=64, pool_timeout=300, connect_args={"timeout": 300}
)
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def session():
    async with sessions() as opened:
        yield opened


async def user_db(opened=Depends(session)):
    yield SQLAlchemyUserDatabase(opened, User)


class UserManager(UUIDIDMixin, BaseUserManager[User, uuid.UUID]):
    reset_password_token_secret = SECRET
    verification_token_secret = SECRET


async def user_manager(db=Depends(user_db)):
    yield UserManager(db)


backend = AuthenticationBackend(
    name="jwt",
    transport=BearerTransport(tokenUrl="auth/jwt/login"),
    get_strategy=lambda: JWTStrategy(secret=SECRET, lifetime_seconds=86_400),
)
library = FastAPIUsers[User, uuid.UUID](user_manager, [backend])

app = FastAPI()
app.include_router(library.get_auth_router(backend), prefix="/auth/jwt")
app.include_router(library.get_register_router(UserRead, UserCreate), prefix="/auth")
app.include_router(library.get_users_router(UserRead, UserUpdate), prefix="/users")


async def make_tables():
    async with engine.begin() as connection:
        await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()


def prepare():
    asyncio.run(make_tables())


def seed_with():
    hashed = PasswordHelper().hash(commands.PASSWORD)
    insert = "INSERT INTO user (id, email, hashed_password, is_active, is_superuser, is_verified) VALUES (?, ?, ?, 1, ?, 1)"

    def row(number, key):
        return (str(key), commands.address(number), hashed, number == 0)

    return insert, row


HELPER = PasswordHelper()
HASHED = HELPER.hash(commands.PASSWORD) if sys.argv[1:2] == ["hash"] else ""


def hash_work():
    HELPER.verify_and_update(commands.PASSWORD, HASHED)


def versions():
    names = ", ".join(f"{name} {version(name)}" for name in ("fastapi-users", "fastapi", "uvicorn", "SQLAlchemy", "pwdlib"))
    kind = PasswordHelper().hash("x").split("$")
    return f"{names}; {kind[1]} {kind[3]}"


if __name__ == "__main__":
    commands.run("users:app", versions, hash_work, seed_with, prepare)
